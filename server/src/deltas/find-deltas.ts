import type { Runner } from '../database/database.ts';
import {
  type DeltaRanges,
  type DeltaRow,
  readDeltas,
  readWriterDeltas,
} from '../sql/read-deltas.ts';
import { readWriters } from '../sql/read-writers.ts';

/**
 * Finds deltas by their numbers, in no order.
 *
 * @param citus Citus refuses a range for each writer in one statement: then each is a statement.
 */
export async function findDeltas(
  database: Runner,
  wanted: DeltaRanges,
  citus: boolean,
): Promise<DeltaRow[]> {
  if (!citus) return database.run(readDeltas, wanted);
  const { most, newSinceMs, ranges } = wanted;
  const known = new Set(ranges.map(({ writer }) => writer));
  const begun = await database.run(readWriters, { sinceMs: newSinceMs });
  const all = [
    ...ranges,
    ...begun
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => ({ writer: id, first: 1, last: most })),
  ];
  const found: DeltaRow[] = [];
  for (const range of all) found.push(...(await database.run(readWriterDeltas, range)));
  return found;
}
