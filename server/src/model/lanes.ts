import { writeId } from './ids.ts';

/** How many lanes there are. Written into every row: it can never change. */
export const LANES = 64;

const scratch = new Uint8Array(16);

/**
 * The lane of a webhook, which its invocations and their attempts share, or of an event: a number
 * from 0 to 63 that leads every primary key, keeps claims of different nodes apart and is the
 * distribution column on a Citus cluster (design, "Lanes"). FNV-1a over the 16 bytes of the id:
 * the random bytes alone would do for ids of ours, but neighbours made in one millisecond differ
 * only in their last bits.
 */
export function laneOf(id: string): number {
  writeId(id, scratch, 0);
  let hash = 0x811c9dc5;
  for (let index = 0; index < 16; index++) {
    hash = Math.imul(hash ^ (scratch[index] as number), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & (LANES - 1);
}
