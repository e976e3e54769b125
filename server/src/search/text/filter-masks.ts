import { ANY_ACCOUNT } from '../../words/add-words.ts';
import { BUCKET_BYTES, blocksWith, hashOf } from '../../words/block-filter.ts';
import { wordKeys } from '../../words/word-keys.ts';
import type { TextQuery } from './text-query.ts';

/** Which blocks of a filter may have what is looked for, as bits. */
export interface Masks {
  readonly events: number;
  readonly attempts: number;
}

/** Asks filters for a query. */
export interface FilterMasks {
  /** Of the words, in the order of their buckets. */
  readonly hashes: readonly number[];
  /** @param found the buckets, one after the other */
  of(found: Uint8Array): Masks;
}

/** Words of events are those of their account, words of attempts are those of all. */
export function filterMasks({ terms }: TextQuery, accountId: number): FilterMasks {
  const keys: number[] = [];
  /** Of each phrase of each term, the places of its words in `keys`. */
  const places = (ownerId: number) =>
    terms.map((phrases) =>
      phrases.map((phrase) => wordKeys(phrase, ownerId).map((key) => keys.push(key) - 1)),
    );
  const [ofEvents, ofAttempts] = [places(accountId), places(ANY_ACCOUNT)];
  return {
    hashes: keys.map(hashOf),
    of(found) {
      const masks = keys.map((key, place) =>
        blocksWith(found.subarray(place * BUCKET_BYTES, (place + 1) * BUCKET_BYTES), key),
      );
      const combined = (all: readonly (readonly (readonly number[])[])[]) =>
        all.reduce(
          (blocks, phrases) => blocks & phrases.reduce((any, words) => any | every(words), 0),
          0xffff,
        );
      const every = (words: readonly number[]) =>
        words.reduce((blocks, place) => blocks & (masks[place] as number), 0xffff);
      return { events: combined(ofEvents), attempts: combined(ofAttempts) };
    },
  };
}
