import type { DeltaRow } from '../sql/read-deltas.ts';
import type { FeedPlace, WriterPlace } from './feed-place.ts';

const NEW: WriterPlace = { next: 1, missing: new Map(), latestMs: 0 };

/** The place after a delta. Numbers that it leaps over are missing from then on. */
export function addDelta(
  place: FeedPlace,
  { writer, number, made_at: madeAt }: Pick<DeltaRow, 'writer' | 'number' | 'made_at'>,
  nowMs: number,
): FeedPlace {
  const known = place.writers.get(writer) ?? NEW;
  let { missing } = known;
  if (number > known.next) {
    const more = new Map(missing);
    for (let one = known.next; one < number; one++) more.set(one, nowMs);
    missing = more;
  } else if (missing.has(number)) {
    const fewer = new Map(missing);
    fewer.delete(number);
    missing = fewer;
  }
  const writers = new Map(place.writers).set(writer, {
    next: Math.max(known.next, number + 1),
    missing,
    latestMs: Math.max(known.latestMs, madeAt.getTime()),
  });
  return { atMs: place.atMs, writers };
}
