import type { Position } from '../../trail/page.ts';

/** How far a replay has come. */
export interface ReplayProgress {
  readonly selected: number;
  /** Attempts made due; one that the endpoint is not to blame for is taken back and made again. */
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Not sent, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Left out of the selection because they were delivered. */
  readonly delivered: number;
  /** The query selects more than `max`. */
  readonly more: boolean;
  /** Where the selection goes on. */
  readonly after: Position | null;
  /** The canary at work: what it has sent, and how that ended. */
  readonly canary: {
    readonly sent: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly passed: boolean;
  } | null;
  /** The last outcomes since it was started or resumed, oldest first: 1 a success, 0 a failure. */
  readonly recent: string;
}

export const NEW_PROGRESS: ReplayProgress = {
  selected: 0,
  sent: 0,
  succeeded: 0,
  failed: 0,
  skipped: {},
  delivered: 0,
  more: false,
  after: null,
  canary: null,
  recent: '',
};

/** How many were skipped for any reason. */
export function skippedOf({ skipped }: Pick<ReplayProgress, 'skipped'>): number {
  return Object.values(skipped).reduce((sum, count) => sum + count, 0);
}

/** Adds to the counts of skips. */
export function withSkips(
  { skipped }: Pick<ReplayProgress, 'skipped'>,
  reasons: readonly string[],
): Record<string, number> {
  const counts = { ...skipped };
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
