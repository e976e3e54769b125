import type { FeedPlace, WriterPlace } from './feed-place.ts';

/** The place of somebody who has read what is before either of two places. */
export function unitePlaces(one: FeedPlace, other: FeedPlace): FeedPlace {
  const writers = new Map(one.writers);
  for (const [writer, place] of other.writers) {
    const known = writers.get(writer);
    writers.set(writer, known === undefined ? place : unite(known, place));
  }
  return { atMs: Math.max(one.atMs, other.atMs), writers };
}

function unite(one: WriterPlace, other: WriterPlace): WriterPlace {
  const lacks = ({ next, missing }: WriterPlace, number: number) =>
    number >= next || missing.has(number);
  const missing = new Map<number, number>();
  for (const place of [one, other]) {
    for (const [number, sinceMs] of place.missing) {
      if (lacks(one, number) && lacks(other, number)) missing.set(number, sinceMs);
    }
  }
  return {
    next: Math.max(one.next, other.next),
    missing,
    latestMs: Math.max(one.latestMs, other.latestMs),
  };
}
