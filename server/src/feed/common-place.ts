import type { FeedPlace, WriterPlace } from './feed-place.ts';

const UNREAD: WriterPlace = { next: 1, missing: new Map(), latestMs: 0 };

/** The place of somebody who has read what is before both of two places. */
export function commonPlace(one: FeedPlace, other: FeedPlace): FeedPlace {
  if (one === other) return one;
  const writers = new Map<string, WriterPlace>();
  for (const writer of new Set([...one.writers.keys(), ...other.writers.keys()])) {
    const [a, b] = [one.writers.get(writer) ?? UNREAD, other.writers.get(writer) ?? UNREAD];
    const next = Math.min(a.next, b.next);
    const missing = [...a.missing, ...b.missing].filter(([number]) => number < next);
    writers.set(writer, {
      next,
      missing: new Map(missing),
      latestMs: Math.min(a.latestMs, b.latestMs),
    });
  }
  return { atMs: Math.min(one.atMs, other.atMs), writers };
}
