import { firstIdAt } from '../model/ids.ts';
import type { Range } from '../query/ranges.ts';
import { isNearer } from './is-nearer.ts';
import { nextId } from './next-id.ts';
import type { Position } from './page.ts';

/** The place beyond which a slice of creation is read: its edge, or the position of the page within it. */
export function startOf([from, before]: Range, downward: boolean, position?: Position): Position {
  const edge = { key: '', id: downward ? firstIdAt(before) : nextId(firstIdAt(from), -1) };
  return position !== undefined && isNearer(edge, position, downward) ? position : edge;
}
