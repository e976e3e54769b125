import type { Runner } from '../database/database.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import type { FeedPlace } from './feed-place.ts';
import { writerSince } from './writer-since.ts';

/**
 * How much earlier than a place a delta may have been made that was committed after it, of a writer that
 * the place's text leaves out. A statement ends after 20 s.
 */
const LATE_MS = 10 * MINUTE_MS;

/**
 * A place that was read from its text, with the writers that the text leaves out: those that had written
 * nothing for longer than this (`ACTIVE_MS`), and new ones.
 */
export async function completePlace(
  database: Runner,
  place: FeedPlace,
  live: FeedPlace,
): Promise<FeedPlace> {
  const writers = new Map(place.writers);
  for (const writer of live.writers.keys()) {
    if (writers.has(writer)) continue;
    writers.set(writer, await writerSince(database, writer, place.atMs - LATE_MS, live));
  }
  return { atMs: place.atMs, writers };
}
