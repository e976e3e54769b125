import type { Runner } from '../database/database.ts';
import { readNextDelta } from '../sql/read-next-delta.ts';
import { readUnfolded, type UnfoldedRow } from '../sql/read-unfolded.ts';
import { readWriterPositions } from '../sql/read-writer-positions.ts';

/**
 * The writers with deltas, or missing numbers, from so many numbers after what is folded.
 *
 * @param citus Citus refuses a look-up for each writer in one statement: then each is a statement.
 */
export async function findUnfolded(
  database: Runner,
  beyond: number,
  citus: boolean,
): Promise<UnfoldedRow[]> {
  if (!citus) return database.run(readUnfolded, { beyond });
  const unfolded: UnfoldedRow[] = [];
  for (const row of await database.run(readWriterPositions, undefined)) {
    const number = row.next_number + beyond;
    const [next] = await database.run(readNextDelta, { writer: row.id, number });
    if (next === undefined && row.missing.length === 0) continue;
    unfolded.push({ ...row, made_at: next?.made_at ?? null });
  }
  return unfolded;
}
