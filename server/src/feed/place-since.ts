import type { Runner } from '../database/database.ts';
import type { FeedPlace, WriterPlace } from './feed-place.ts';
import { writerSince } from './writer-since.ts';

/** The place before everything that was made at a time or later, up to the end of the stream. */
export async function placeSince(
  database: Runner,
  atMs: number,
  live: FeedPlace,
): Promise<FeedPlace> {
  const writers = new Map<string, WriterPlace>();
  for (const writer of live.writers.keys()) {
    const { next, missing } = await writerSince(database, writer, atMs, live);
    // As if it had just written, so that the text of this place has it.
    writers.set(writer, { next, missing, latestMs: atMs });
  }
  return { atMs, writers };
}
