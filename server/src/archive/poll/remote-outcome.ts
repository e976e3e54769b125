import type { ListedStatus } from '../../model/delivery-status.ts';

/** A row of the log of a webhook, as it can be stored. */
export interface RemoteOutcome {
  /** Of the invocation. */
  readonly remoteId: string;
  readonly status: ListedStatus;
  /** The status of the service, where it is none of ours. */
  readonly remoteStatus: string | null;
  readonly statusCode: number | null;
  readonly completedMs: number;
  /** Whether a request was made, as far as the row says. */
  readonly sent: boolean;
  readonly eventType: string | null;
}

/** What makes a row of the log the same: the service never changes one. */
export function outcomeKey({
  completedMs,
  remoteStatus,
  status,
}: Pick<RemoteOutcome, 'completedMs' | 'remoteStatus' | 'status'>): string {
  return `${completedMs} ${remoteStatus ?? status}`;
}
