/** A line of a comparison: only in the first, only in the second, or in both. */
export interface DiffLine {
  readonly side: 'first' | 'second' | 'both';
  readonly text: string;
}

/** A table of all pairs of lines is squared: 600 by 600 is computed in a few milliseconds. */
const MAX_LINES = 600;

/** Compares two texts line by line; beyond 600 lines each the rest is compared in place. */
export function diffLines(first: readonly string[], second: readonly string[]): DiffLine[] {
  const a = first.slice(0, MAX_LINES);
  const b = second.slice(0, MAX_LINES);
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = a.length - 1; row >= 0; row--) {
    for (let column = b.length - 1; column >= 0; column--) {
      const best =
        a[row] === b[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
      (lengths[row] as Uint16Array)[column] = best;
    }
  }
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < a.length || column < b.length) {
    if (row < a.length && column < b.length && a[row] === b[column]) {
      lines.push({ side: 'both', text: a[row++] as string });
      column++;
    } else if (
      column >= b.length ||
      (row < a.length && at(row + 1, column) >= at(row, column + 1))
    ) {
      lines.push({ side: 'first', text: a[row++] as string });
    } else lines.push({ side: 'second', text: b[column++] as string });
  }
  for (let index = MAX_LINES; index < Math.max(first.length, second.length); index++) {
    const [one, other] = [first[index], second[index]];
    if (one === other && one !== undefined) lines.push({ side: 'both', text: one });
    else {
      if (one !== undefined) lines.push({ side: 'first', text: one });
      if (other !== undefined) lines.push({ side: 'second', text: other });
    }
  }
  return lines;
}
