import { needsOwnWorker } from './needs-own-worker.ts';

/** Files that take half a minute or more, because they start many processes or read many rows. */
const SLOW =
  /\/bench\/src\/|\/(?:acts|archived-search|canaries|command|console|embedded-postgres|killed-node|partitions|plans|process|refused-starts|search-text|signals)\.test\.ts$/;

/** Slow files that mostly wait, for leases, faults and time limits; the longest ones first. */
const WAITING = [
  /\/torture\/src\/torture\.test\.ts$/,
  /\/faults\/partition\.test\.ts$/,
  /\/faults\//,
];

/** How many files that compute start after one that waits: two cores are busy with as many. */
const COMPUTING = 2;

/**
 * The order in which files start: slow ones first, or a run ends with one file that takes minutes. Among
 * them, one that waits comes before each two that compute: by size, seven that wait came in a row, and three
 * of them at a time left both cores to nobody.
 *
 * Files that share a process come last, in a row: one of them goes on in the process of another only if it is
 * next.
 */
export function startingOrder(paths: readonly string[]): string[] {
  const waiting = [...new Set(WAITING.flatMap((kind) => paths.filter((path) => kind.test(path))))];
  const computing = paths.filter((path) => SLOW.test(path) && !waiting.includes(path));
  const slow: string[] = [];
  for (let from = 0, turn = 0; from < computing.length || turn < waiting.length; turn++) {
    slow.push(...waiting.slice(turn, turn + 1), ...computing.slice(from, from + COMPUTING));
    from += COMPUTING;
  }
  const others = paths.filter((path) => !slow.includes(path));
  const own = new Set(others.filter(needsOwnWorker));
  return [...slow, ...own, ...others.filter((path) => !own.has(path))];
}
