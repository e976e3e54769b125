import type { Query } from '@hooktrail/sdk/query';

/** What a replay is asked to do, complete and with its query frozen. */
export interface ReplaySpec {
  /** Without a relative time. */
  readonly query: Query;
  /** When it was created: nothing younger is selected. */
  readonly before_ms: number;
  readonly order: 'oldest' | 'newest';
  /** Attempts a second, of each webhook. */
  readonly rate: number;
  readonly max: number;
  readonly canary: { readonly count: number; readonly success_share: number } | null;
  readonly stop_on: { readonly failure_share: number; readonly of_last: number } | null;
  readonly target_webhook_id: string | null;
  readonly include_succeeded: boolean;
}

export const DEFAULT_RATE = 20;

/** Ten pages of 100 in a second: beyond that, pages and not endpoints would be the limit. */
export const MOST_RATE = 1_000;

/** Items of one job: some 100 MB of rows, which are kept as long as the invocations that they are of. */
export const MOST_ITEMS = 1_000_000;

/** The last outcomes that `stop_on` may look at. */
export const MOST_OF_LAST = 1_000;

/** What is in flight when a canary has been sent must be waited for. */
export const MOST_CANARY = 1_000;
