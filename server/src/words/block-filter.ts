import { LOW_BITS } from './add-words.ts';

/**
 * The blocks of a filter. The bits of all blocks for one place lie side by side, so a look-up reads one
 * bucket for a word, whatever the number of blocks.
 */
export const BLOCKS = 16;

/** Places of a bucket: 1,024 bytes, half of what PostgreSQL stores in one row of a large value. */
const PLACES = 512;

/** Bytes of a bucket. */
export const BUCKET_BYTES = (PLACES * BLOCKS) / 8;

/** Bits for each word of the fullest block: 0.1 % of the blocks without a word seem to have it. */
const BITS_PER_WORD = 16;

/** Bits that a word sets, in one bucket. */
const BITS_SET = 8;

/** A filter has at most 64 MiB: 2 million different words in one block. */
const MOST_BUCKETS = 65_536;

/** A Bloom filter over `BLOCKS` blocks of text. */
export interface BlockFilter {
  readonly buckets: number;
  readonly bytes: Uint8Array;
}

const LOW = 2 ** LOW_BITS;

/** The bits of a word's key that choose its bucket: a number below 2^32. */
export const hashOf = (key: number): number => Math.floor(key / LOW);

/** The places of a word within its bucket. */
function* placesOf(key: number): Generator<number> {
  const low = key % LOW;
  let place = low & (PLACES - 1);
  let step = ((low >>> 9) & 0xff) * 2 + 1;
  const growth = low >>> 17;
  for (let n = 0; n < BITS_SET; n++) {
    yield place;
    place = (place + step) & (PLACES - 1);
    step += growth;
  }
}

/** Makes the filter of the words of each block. */
export function makeBlockFilter(blocks: readonly ReadonlySet<number>[]): BlockFilter {
  const most = Math.max(1, ...blocks.map(({ size }) => size));
  const buckets = Math.min(MOST_BUCKETS, Math.ceil((most * BITS_PER_WORD) / PLACES));
  const bytes = new Uint8Array(buckets * BUCKET_BYTES);
  blocks.forEach((keys, block) => {
    for (const key of keys) {
      const start = Math.floor((hashOf(key) * buckets) / 2 ** 32) * PLACES;
      for (const place of placesOf(key)) {
        const at = (start + place) * 2 + (block >> 3);
        bytes[at] = (bytes[at] as number) | (1 << (block & 7));
      }
    }
  });
  return { buckets, bytes };
}

/** The blocks that may have a word, as bits, from the bytes of its bucket. */
export function blocksWith(bucket: Uint8Array, key: number): number {
  let blocks = 0xffff;
  for (const place of placesOf(key)) {
    blocks &= (bucket[place * 2] as number) | ((bucket[place * 2 + 1] as number) << 8);
  }
  return blocks;
}
