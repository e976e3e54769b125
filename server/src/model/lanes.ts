import { writeId } from './ids.ts';

/** The number of lanes. It can never change: the lane of a webhook is stored in every row. */
export const LANES = 64;

const scratch = new Uint8Array(16);

/**
 * Returns the lane of a webhook or of an event, 0 to 63. The invocations of a webhook and their
 * attempts share its lane. The lane leads every primary key, keeps the claims of different nodes
 * apart, and is the distribution column on a Citus cluster (docs/scaling.md).
 *
 * It is FNV-1a over all 16 bytes of the id. A few bits of the id would not spread: ids made within
 * one millisecond differ only in their last bits.
 */
export function laneOf(id: string): number {
  writeId(id, scratch, 0);
  let hash = 0x811c9dc5;
  for (let index = 0; index < 16; index++) {
    hash = Math.imul(hash ^ (scratch[index] as number), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & (LANES - 1);
}
