import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import type { CompiledQuery } from '../query/compile-query.ts';
import { listCreatedInvocations } from './list-created-invocations.ts';
import type { Position } from './page.ts';
import type { ListedWebhook } from './select-webhooks.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  /** Whether a statement may read one lane only. */
  readonly oneLane: boolean;
  readonly retentionDays: number;
}

interface Request {
  readonly query: CompiledQuery;
  readonly webhooks: readonly ListedWebhook[];
}

/** How far a live count has come. */
export interface LiveCount {
  readonly count: number;
  /** It stopped before it had read everything. */
  readonly more: boolean;
  /** The span of creation that it has read. */
  readonly covered: { readonly fromMs: number; readonly toMs: number };
}

/** Where a live count stops: people read "10,000+", and a page of a list costs as much. */
export const MOST_COUNTED = 10_000;

/** In memory at once. */
const PAGE = 1_000;

/** What a live count takes of the database at most, beside its last page. */
const MOST_MS = 500;

/** Counts the invocations that a query selects, newest first, with the means of their list. */
export async function countInvocations(
  parts: Parts,
  { query, webhooks }: Request,
): Promise<LiveCount> {
  const startedMs = performance.now();
  let count = 0;
  let after: Position | undefined;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  do {
    const page = await listCreatedInvocations(parts, {
      query,
      webhooks,
      descending: true,
      page: { size: Math.min(PAGE, MOST_COUNTED - count), after },
    });
    count += page.rows.length;
    ({ after } = page);
    fromMs = Math.min(fromMs, page.covered.fromMs);
    toMs = Math.max(toMs, page.covered.toMs);
  } while (after !== undefined && count < MOST_COUNTED && performance.now() - startedMs < MOST_MS);
  return { count, more: after !== undefined, covered: { fromMs, toMs } };
}
