import type { Query, QueryCache, QueryKey } from '@tanstack/preact-query';
import { hashKey } from '@tanstack/preact-query';
import type { Live, LiveRule } from './live.ts';

/** What an idle screen may cost a node: one small statement each two seconds. */
const STATEMENTS_PER_MS = 1 / 2_000;

interface Shown {
  readonly query: Query;
  readonly rule: Live;
  /** Of all pages that are loaded. */
  readonly statements: number;
}

/**
 * Asks again for what the screen shows. All of it together costs the node one statement each two seconds
 * on average: where the intervals would ask for more, all of them grow alike. A refresh accepts an answer
 * that another tab got within the interval, so any number of tabs on one view cost what one does.
 */
export class Refresher {
  readonly #queries: QueryCache;
  /** How old an answer the next fetch of a query accepts, in milliseconds, by its hash. */
  readonly #accepted = new Map<string, number>();
  /** The same of the fetches that run: all pages of a list have one signal. */
  readonly #running = new WeakMap<AbortSignal, number>();

  constructor(queries: QueryCache) {
    this.#queries = queries;
  }

  /** Asks for what is due. */
  tick(nowMs: number): void {
    const shown = this.#queries.getAll().flatMap((query) => shownOf(query) ?? []);
    const load = shown.reduce(
      (sum, { rule, statements }) => sum + (rule.isBusy ? 0 : statements / rule.everyMs),
      0,
    );
    const factor = Math.max(1, load / STATEMENTS_PER_MS);
    for (const { query, rule } of shown) {
      const everyMs = rule.isBusy ? rule.everyMs : rule.everyMs * factor;
      const { dataUpdatedAt, errorUpdatedAt, fetchStatus } = query.state;
      // A time that is still to come is of a clock that was set back since.
      const ageMs = Math.min(Math.abs(nowMs - dataUpdatedAt), Math.abs(nowMs - errorUpdatedAt));
      if (fetchStatus !== 'idle' || ageMs < everyMs) continue;
      this.#accepted.set(query.queryHash, everyMs);
      // The query holds the error, and its screen shows it.
      query.fetch().catch(() => undefined);
    }
  }

  /** How old an answer this fetch accepts; 0 where somebody asked for it, and not the clock. */
  acceptedMs({ queryKey, signal }: { queryKey: QueryKey; signal: AbortSignal }): number {
    let acceptedMs = this.#running.get(signal);
    if (acceptedMs === undefined) {
      const hash = hashKey(queryKey);
      acceptedMs = this.#accepted.get(hash) ?? 0;
      this.#accepted.delete(hash);
      this.#running.set(signal, acceptedMs);
    }
    return acceptedMs;
  }
}

function shownOf(query: Query): Shown | undefined {
  const given = query.meta?.['live'] as LiveRule<unknown> | undefined;
  if (given === undefined || !query.isActive()) return undefined;
  const { data } = query.state;
  const rule = typeof given === 'function' ? given(data) : given;
  if (rule === undefined) return undefined;
  const pages = (data as { pages?: readonly unknown[] } | undefined)?.pages?.length ?? 1;
  return { query, rule, statements: rule.statements * Math.max(1, pages) };
}
