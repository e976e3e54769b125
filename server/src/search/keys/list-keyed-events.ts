import type { Runner } from '../../database/database.ts';
import type { Account } from '../../model/account.ts';
import type { Clock } from '../../model/clock.ts';
import { idTimeMs } from '../../model/ids.ts';
import { HOUR_MS } from '../../model/time-units.ts';
import type { CompiledQuery } from '../../query/compile-query.ts';
import { matchesType } from '../../query/matches-type.ts';
import type { EventFilters, EventSummaryRow } from '../../sql/read-account-events.ts';
import type { PageRequest } from '../../trail/page.ts';
import { type BoundedPage, readBoundedPage } from '../../trail/read-bounded-page.ts';
import { findEventsByKeys } from './find-events-by-keys.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  /** Milliseconds of a clock that never goes back; of the process by default. */
  readonly monotonic?: () => number;
}

interface Request {
  readonly account: Account;
  readonly query: CompiledQuery;
  readonly filters: Pick<EventFilters, 'type' | 'typePrefix'>;
  /** Both inclusive, in milliseconds since 1970. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly descending: boolean;
  readonly page: PageRequest;
}

/** As other lists (`MAX_MS` there). */
const MAX_MS = 250;

/** Ids may be of a time that this node has not reached yet. */
const AHEAD_MS = HOUR_MS;

/** Lists the events that have the values of keys, by creation: an order in which no row moves. */
export function listKeyedEvents(
  { clock, database, monotonic = () => performance.now() }: Parts,
  { account, descending, filters, fromMs, page, query, toMs }: Request,
): Promise<BoundedPage<EventSummaryRow>> {
  const startedMs = monotonic();
  const isOver = () => monotonic() - startedMs > MAX_MS;
  const { created, keys } = query;
  const spanFromMs = Math.max(0, fromMs ?? 0, created[0]?.[0] ?? 0);
  const spanToMs = Math.min(
    clock.now() + AHEAD_MS,
    (toMs ?? Number.POSITIVE_INFINITY) + 1,
    created.at(-1)?.[1] ?? 0,
  );
  return readBoundedPage<EventSummaryRow>(
    {
      descending,
      positionOf: ({ id }) => ({ key: '', id }),
      async read(direction, from, limit) {
        const rows: EventSummaryRow[] = [];
        let position = from?.id;
        while (!query.nothing && spanFromMs < spanToMs) {
          const most = limit - rows.length;
          const found = await findEventsByKeys(database, {
            account,
            terms: keys,
            fromMs: spanFromMs,
            toMs: spanToMs,
            descending: descending === (direction === 'forward'),
            position,
            limit: most,
            budget: { isOver },
          });
          rows.push(...found.rows.filter(({ id, type }) => isCreated(id) && hasType(type)));
          position = found.stoppedAt ?? found.rows.at(-1)?.id;
          const isEnd = found.stoppedAt === undefined && found.rows.length < most;
          if (rows.length >= limit || isEnd || position === undefined) break;
          if (isOver()) return { rows, stoppedAt: { key: '', id: position } };
        }
        return { rows };
      },
    },
    page,
  );

  function isCreated(id: string): boolean {
    const ms = idTimeMs(id);
    return created.some(([start, before]) => ms >= start && ms < before);
  }

  function hasType(type: string | null): boolean {
    if (filters.type !== undefined && type !== filters.type) return false;
    if (!(type ?? '').startsWith(filters.typePrefix ?? '')) return false;
    return query.query.every(
      (term) =>
        term.field !== 'type' || matchesType(term, type ?? undefined) !== (term.not === true),
    );
  }
}
