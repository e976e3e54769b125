import type { FeedPlace } from './feed-place.ts';

/** Whether a delta was read before a place. */
export function hasDelta(place: FeedPlace, writer: string, number: number): boolean {
  const known = place.writers.get(writer);
  return known !== undefined && number < known.next && !known.missing.has(number);
}
