import type { Query } from '@hooktrail/sdk/query';

/** What a job is asked to erase, complete and with its query frozen. */
export interface EraseSpec {
  /** Without a relative time; once everything is selected, without the values of keys. */
  readonly query: Query;
  /** When it was created: nothing younger is selected. */
  readonly before_ms: number;
}

/** Events of one job: some 150 MB of items. A further job erases the rest. */
export const MOST_ERASED = 1_000_000;
