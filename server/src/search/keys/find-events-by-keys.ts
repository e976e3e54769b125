import type { Runner } from '../../database/database.ts';
import type { Account } from '../../model/account.ts';
import { firstIdAt, idTimeMs } from '../../model/ids.ts';
import { keyHash, keySeed } from '../../model/key-hash.ts';
import { DAY_MS, SECOND_MS } from '../../model/time-units.ts';
import { type KeyTerm, keyName } from '../../query/key-terms.ts';
import { nextId } from '../../trail/next-id.ts';
import { findHashedIds, type HashedIds } from './find-hashed-ids.ts';
import { type KeyedEvent, verifyEvents } from './verify-events.ts';

/** What a search may take; it goes on until it has found something, or come further. */
export interface SearchBudget {
  readonly isOver: () => boolean;
  /** Is told which events were read, and the length of their bodies. */
  readonly count?: (events: number, bytes: number) => void;
}

interface Request {
  readonly account: Pick<Account, 'id'>;
  /** As `checkKeyTerms` allows them. */
  readonly terms: readonly KeyTerm[];
  /** When the event was created: from then on, and before. Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly descending: boolean;
  /** An id beyond which events are found, in the direction. */
  readonly position?: string | undefined;
  readonly limit: number;
  readonly budget: SearchBudget;
}

/** Events in the order that was asked for. */
export interface FoundEvents {
  readonly rows: readonly KeyedEvent[];
  /**
   * All events up to here were found: go on from this position. Undefined at the end, and where there are
   * `limit` events: go on from the last one.
   */
  readonly stoppedAt?: string | undefined;
}

/** Ids that are read at once. */
const IDS_AT_ONCE = 200;

/** Terms for which the index is asked, to go by the one that the fewest events have. */
const MOST_DRIVERS = 4;

/** Oldest first, a window with more ids is made smaller. */
const WINDOW_IDS = 1_000;

/**
 * Finds the events of an account that have the values of keys, by creation. The index finds them by
 * hashes, and each is compared with its body and headers: the answer is exact. It goes by the term that
 * the fewest events have; the others are compared only.
 */
export async function findEventsByKeys(database: Runner, request: Request): Promise<FoundEvents> {
  const { account, budget, descending, fromMs, limit, position, terms, toMs } = request;
  const first = firstIdAt(Math.max(0, fromMs));
  const last = firstIdAt(Math.max(0, toMs));
  const rows: KeyedEvent[] = [];
  const drivers = terms
    .filter(({ not }) => not !== true)
    .slice(0, MOST_DRIVERS)
    .map((term) => {
      const seed = keySeed(account.id, keyName(term));
      return [...new Set(term.values.map((value) => keyHash(seed, value)))];
    });
  const look = (hashes: readonly number[], from: string, before: string) =>
    findHashedIds(database, { accountId: account.id, hashes, from, before, limit: IDS_AT_ONCE });
  return descending ? newestFirst() : oldestFirst();

  async function verify(ids: readonly string[]): Promise<void> {
    rows.push(...(await verifyEvents(database, account.id, ids, terms, budget.count)));
  }

  async function newestFirst(): Promise<FoundEvents> {
    let before = position !== undefined && position < last ? position : last;
    if (first >= before) return { rows };
    const looked = await Promise.all(drivers.map((hashes) => look(hashes, first, before)));
    const best = looked.reduce((one, other) => (isFewer(other, one) ? other : one));
    const hashes = drivers[looked.indexOf(best)] as number[];
    for (let found = best; ; found = await look(hashes, first, before)) {
      await verify(found.ids);
      if (rows.length >= limit) return { rows: rows.slice(0, limit) };
      if (found.more === undefined) return { rows };
      before = found.more;
      if (budget.isOver()) return { rows, stoppedAt: before };
    }
  }

  /** The index is read newest first, so windows are read as a whole, the oldest first. */
  async function oldestFirst(): Promise<FoundEvents> {
    let start = position !== undefined && position >= first ? nextId(position, 1) : first;
    const [hashes] = drivers as [number[]];
    for (let spanMs = DAY_MS; start < last; ) {
      const edge = firstIdAt(idTimeMs(start) + spanMs);
      const [end] = [edge, last].sort() as [string, string];
      const ids: string[] = [];
      let more: string | undefined = end;
      while (more !== undefined && (ids.length <= WINDOW_IDS || spanMs <= SECOND_MS)) {
        const found: HashedIds = await look(hashes, start, more);
        ids.push(...found.ids);
        more = found.more;
      }
      if (more !== undefined) {
        spanMs /= 8;
        continue;
      }
      ids.reverse();
      for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
        const some = ids.slice(at, at + IDS_AT_ONCE);
        await verify(some);
        if (rows.length >= limit) return { rows: rows.slice(0, limit) };
        if (budget.isOver()) return { rows, stoppedAt: some.at(-1) as string };
      }
      start = end;
      if (budget.isOver() && start < last) return { rows, stoppedAt: nextId(start, -1) };
      spanMs *= 4;
    }
    return { rows };
  }
}

/** Whether the one ends earlier, or comes further with as many ids. */
function isFewer(one: HashedIds, other: HashedIds): boolean {
  if (one.more !== undefined && other.more !== undefined) return one.more < other.more;
  if (one.more === undefined && other.more === undefined) return one.ids.length < other.ids.length;
  return one.more === undefined;
}
