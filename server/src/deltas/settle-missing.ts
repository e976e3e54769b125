import type { Runner } from '../database/database.ts';
import { readNextDelta } from '../sql/read-next-delta.ts';
import { type MissingNumber, voidMissing } from '../sql/void-missing.ts';

/**
 * Settles missing numbers of a writer that nobody waits for any more. The later delta of each is one look
 * at the key: Citus refuses to look it up in the statement that inserts. There are a few, of statements
 * that were in flight when a node died.
 */
export async function settleMissing(
  database: Runner,
  writer: string,
  numbers: readonly number[],
): Promise<void> {
  const missing: MissingNumber[] = [];
  for (const number of numbers) {
    const [later] = await database.run(readNextDelta, { writer, number: number + 1 });
    if (later !== undefined) missing.push({ number, laterMs: later.made_at.getTime() });
  }
  if (missing.length > 0) await database.run(voidMissing, { writer, missing });
}
