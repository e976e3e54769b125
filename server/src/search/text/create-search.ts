import type { CancellableDatabase } from '../../database/database.ts';
import type { Load } from '../../shares/measure-load.ts';
import { resting, type SearchRunner } from './resting.ts';
import { SearchTurns } from './search-turns.ts';

/**
 * Runs `work` when it is the account's turn, on a connection that only searches use. While the node is
 * busy, it rests between statements. When the signal aborts, it leaves the line, or the database cancels
 * its statement.
 *
 * @throws TooManySearches if too many of the account wait
 */
export type Search = <T>(
  accountId: number,
  signal: AbortSignal,
  work: (database: SearchRunner) => Promise<T>,
) => Promise<T>;

/**
 * Makes the search of a node over a pool of connections.
 *
 * @param atOnce As many as the pool has: each search has a connection of its own, and keeps a processor busy.
 * @param loadNow How much the node has to do, which says how long a search rests.
 */
export function createSearch(
  database: CancellableDatabase,
  atOnce: number,
  loadNow: () => Load,
): Search {
  const turns = new SearchTurns(atOnce);
  return (accountId, signal, work) =>
    turns.run(accountId, signal, () =>
      database.session(signal, (runner) => work(resting(runner, loadNow))),
    );
}
