import type { Runner } from '../database/database.ts';
import { idTimeMs } from '../model/ids.ts';
import { readNextDelta } from '../sql/read-next-delta.ts';
import type { FeedPlace, WriterPlace } from './feed-place.ts';

/**
 * Finds the first number of a writer that was made at a time or later. Numbers and times of a writer have
 * the same order, so some 20 look-ups find it among a million.
 */
export async function writerSince(
  database: Runner,
  writer: string,
  sinceMs: number,
  live: FeedPlace,
): Promise<WriterPlace> {
  const end = live.writers.get(writer) as WriterPlace;
  if (end.latestMs < sinceMs) return { next: end.next, missing: end.missing, latestMs: 0 };
  let first = 1;
  if (idTimeMs(writer) < sinceMs) {
    let before = end.next;
    while (first < before) {
      const number = Math.floor((first + before) / 2);
      const [found] = await database.run(readNextDelta, { writer, number });
      if (found === undefined || found.made_at.getTime() >= sinceMs) before = number;
      else first = found.number + 1;
    }
  }
  const missing = new Map([...end.missing].filter(([number]) => number < first));
  return { next: first, missing, latestMs: 0 };
}
