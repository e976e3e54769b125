import type { Runner } from '../../database/database.ts';
import { firstIdAt } from '../../model/ids.ts';
import { DAY_MS } from '../../model/time-units.ts';
import { mergeKeyNode } from '../../sql/merge-key-node.ts';
import { childrenOf, FIRST_NODES, isLastLevel } from '../../sql/parts/key-nodes.ts';
import { readFullKeyNodes } from '../../sql/read-full-key-nodes.ts';

/** A node with so many rows is merged. */
const MANY_ROWS = 32;

/** The same in a day that is over: it gets no more of them, and each look-up reads them. */
const MANY_ROWS_THEN = 4;

/** Rows of one statement: at 64 entries each it takes some 5 ms. */
const ROWS_AT_ONCE = 64;

/** Entries from which a node is split: each of the 64 below gets a row of 16 at least, on average. */
const SPLIT_ENTRIES = 1_024;

const ROW_ENTRIES = 64;

/**
 * Merges the nodes of the index of keys, in one lane and day, that have many rows: into the nodes below, or
 * into fewer rows. A value that very many events have goes down to the last level, whose nodes may have any
 * number of full rows.
 */
export async function mergeKeys(
  database: Runner,
  {
    dayMs,
    isOver,
    lane,
  }: { readonly dayMs: number; readonly isOver: boolean; readonly lane: number },
  isStopped: () => boolean,
): Promise<void> {
  const day = Math.floor(dayMs / DAY_MS) * DAY_MS;
  const range = { from: firstIdAt(day), before: firstIdAt(day + DAY_MS) };
  const least = isOver ? MANY_ROWS_THEN : MANY_ROWS;
  const most = ROWS_AT_ONCE;
  const levels: (readonly number[])[] = [FIRST_NODES];
  for (;;) {
    const nodes = levels.pop();
    if (nodes === undefined || isStopped()) return;
    const full = await database.run(readFullKeyNodes, { lane, nodes, ...range, least, most });
    for (const { entries, node, rows } of full) {
      const split = entries >= SPLIT_ENTRIES && !isLastLevel(node);
      // Full rows are as few as they can be.
      if (isStopped() || (!split && Math.ceil(entries / ROW_ENTRIES) >= rows)) continue;
      const params = { lane, node, ...range, split, limit: most };
      const [merged] = await database.run(mergeKeyNode, params);
      if (split) levels.push(childrenOf(node));
      // No more of it were counted.
      if ((merged?.taken ?? 0) >= most) levels.push([node]);
    }
  }
}
