import type { JobKindName } from '../../model/job.ts';
import type { TrailRow } from '../../sql/read-created-invocations.ts';
import type { JobItemRow } from '../../sql/read-job-items.ts';
import type { HeldJob } from '../held/held-job.ts';
import type { Selection } from './list-selection.ts';
import type { ReplaySpec } from './replay-spec.ts';
import type { InFlight } from './settle-items.ts';
import type { SkipReason } from './skip-reason.ts';

/** What a job does with the items of a webhook now. */
export type Receiver =
  | { readonly skip: SkipReason }
  | { readonly receiverId: string; readonly held: string | undefined };

/** How many requests a job may have in flight. */
export interface MostInFlight {
  /** To one receiver, at the rate of the job. */
  readonly ofReceiver: number;
  readonly ofJob: number;
}

/**
 * How a kind of jobs sends what it has selected: a replay makes items due and the claimers send them, a resend
 * sends them itself. Selection, order, rate, canary and counts are the same.
 */
export interface SendingWay {
  readonly name: JobKindName;
  /** Outcomes are looked for each so many turns. */
  readonly settleTurns: number;
  mostInFlight(spec: ReplaySpec): MostInFlight;
  /** Why of a page of the selection some cannot be sent, whatever happens until then. */
  refusals(
    accountId: number,
    spec: ReplaySpec,
    selection: Selection,
    rows: readonly TrailRow[],
  ): Promise<ReadonlyMap<TrailRow, SkipReason>>;
  /** Where the items of a webhook go, and why they would wait. */
  receiverOf(job: HeldJob, webhookId: string): Receiver;
  /** Sends items of one webhook, or settles why not, in one transaction with the job. Resolves to how many it sent. */
  send(job: HeldJob, webhookId: string, items: readonly JobItemRow[]): Promise<number>;
  /** Counts the outcomes of what was sent. Resolves to what is still in flight. */
  settle(job: HeldJob): Promise<InFlight>;
  /** Takes back what is not in flight yet, of one receiver or of all. */
  withdraw(job: HeldJob, onlyReceiverId?: string): Promise<void>;
}
