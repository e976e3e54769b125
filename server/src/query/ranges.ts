/** From the first up to, not including, the second. */
export type Range = readonly [from: number, before: number];

/** Disjoint ranges in ascending order. */
export type Ranges = readonly Range[];

/** Every number. */
export const EVERYTHING: Ranges = [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]];

/** The numbers of any of the ranges. */
export function unite(ranges: Ranges): Ranges {
  const sorted = ranges.filter(([from, before]) => from < before).sort(([a], [b]) => a - b);
  const united: [number, number][] = [];
  for (const [from, before] of sorted) {
    const last = united.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], before);
    else united.push([from, before]);
  }
  return united;
}

/** The numbers that are in both. */
export function intersect(one: Ranges, other: Ranges): Ranges {
  const both: Range[] = [];
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    const [a, b] = [one[i] as Range, other[j] as Range];
    const [from, before] = [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
    if (from < before) both.push([from, before]);
    if (a[1] < b[1]) i++;
    else j++;
  }
  return both;
}

/** The numbers that are in none of the ranges. */
export function complement(ranges: Ranges): Ranges {
  const rest: Range[] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const [start, before] of ranges) {
    if (from < start) rest.push([from, start]);
    from = before;
  }
  if (from < Number.POSITIVE_INFINITY) rest.push([from, Number.POSITIVE_INFINITY]);
  return rest;
}
