import type { PlacedGap } from './place-gaps.ts';

/** A line of a list that has gaps between its rows: a gap, or the row at an index. */
export type Line = { readonly gap: PlacedGap } | { readonly row: number };

/** What a line of a list is. The gaps are in the order of their lines. */
export function lineOfList(gaps: readonly PlacedGap[], line: number): Line {
  let low = 0;
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((gaps[middle] as PlacedGap).line < line) low = middle + 1;
    else high = middle;
  }
  const gap = gaps[low];
  return gap?.line === line ? { gap } : { row: line - low };
}
