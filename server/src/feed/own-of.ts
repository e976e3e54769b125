import type { BegunDelta, FeedItem, FeedMark } from './feed-item.ts';
import type { FeedPlace } from './feed-place.ts';
import { hasDelta } from './has-delta.ts';
import { unitePlaces } from './unite-places.ts';

type Numbered = Pick<FeedMark, 'writer' | 'number'>;

/** What a reader was told: all before its place, and parts of deltas. */
interface Told {
  readonly place: FeedPlace;
  readonly begun: readonly BegunDelta[];
}

/**
 * What a reader was not told yet, with its own places: it may have what others have not, for instance
 * from a node that was ahead of this one.
 */
export function ownOf(following: Told, list: readonly FeedItem[]): FeedItem[] {
  const marks = new Map<FeedMark, FeedMark>();
  return list
    .filter((item) => lacks(following, item))
    .map((item) => {
      let mark = marks.get(item.mark);
      if (mark === undefined) {
        mark = {
          ...item.mark,
          before: unitePlaces(item.mark.before, following.place),
          begun: following.begun.filter((one) => !isSame(one, item.mark)),
        };
        marks.set(item.mark, mark);
      }
      return { ...item, mark };
    });
}

const isSame = (one: Numbered, other: Numbered): boolean =>
  one.writer === other.writer && one.number === other.number;

/** Whether a reader was not told something yet. */
function lacks({ begun, place }: Told, { done, mark }: FeedItem): boolean {
  const { number, writer } = mark;
  if (hasDelta(place, writer, number)) return false;
  return !begun.some((one) => isSame(one, mark) && done <= one.done);
}
