import { KEY_HASH_BITS } from '../../model/key-hash.ts';

/** The bits of a hash that each level adds: a node is split into 64. */
export const LEVEL_BITS = 6;

/** Nodes of the last level are not split: at 64 entries each it has room for 10^10 of a lane and day. */
const LEVELS = 4;

/** The nodes of the first level are 64 to 127: 1, and then the first bits of the hash. */
export const FIRST_NODE = 2 ** LEVEL_BITS;

/** How far a hash is shifted to get its first bits. */
export const FIRST_SHIFT = KEY_HASH_BITS - LEVEL_BITS;

/** The first node of the last level, and how far a hash is shifted to get all bits that levels have. */
export const LAST_NODE = 2 ** (LEVELS * LEVEL_BITS);
export const LAST_SHIFT = KEY_HASH_BITS - LEVELS * LEVEL_BITS;

/** The level of a node, from 1 on. */
export function levelOf(node: number): number {
  return Math.floor(Math.log2(node) / LEVEL_BITS);
}

/** Whether a node has no nodes below it. */
export function isLastLevel(node: number): boolean {
  return levelOf(node) >= LEVELS;
}

/** The nodes in which a hash can be, one of each level. */
export function nodesOf(hash: number): number[] {
  return Array.from({ length: LEVELS }, (_, index) => {
    const bits = (index + 1) * LEVEL_BITS;
    return 2 ** bits + Math.floor(hash / 2 ** (KEY_HASH_BITS - bits));
  });
}

/** The nodes of the first level. */
export const FIRST_NODES: readonly number[] = Array.from(
  { length: FIRST_NODE },
  (_, index) => FIRST_NODE + index,
);

/** The nodes below a node. */
export function childrenOf(node: number): number[] {
  return Array.from({ length: 2 ** LEVEL_BITS }, (_, index) => node * 2 ** LEVEL_BITS + index);
}
