import type { FeedPlace } from './feed-place.ts';

/** Whether something was read before `other` that was not read before `place`. */
export function isBehind(place: FeedPlace, other: FeedPlace): boolean {
  for (const [writer, { next, missing }] of other.writers) {
    const known = place.writers.get(writer);
    if ((known?.next ?? 1) < next) return true;
    for (const number of known?.missing.keys() ?? []) {
      if (number < next && !missing.has(number)) return true;
    }
  }
  return false;
}
