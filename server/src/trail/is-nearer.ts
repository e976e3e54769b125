import type { Position } from './page.ts';

/** Whether a position comes before another one in the direction of reading. */
export function isNearer(one: Position, other: Position, descending: boolean): boolean {
  if (one.key === other.key) return descending ? one.id > other.id : one.id < other.id;
  return one.key < other.key !== descending;
}
