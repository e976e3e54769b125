/** How wide the cell of a column is. */
export type CellSize = 's' | 'm' | 'l' | 'xl';

/** Parts of a line of a phone that a cell takes: two long ones are a line, as are two numbers and a long one. */
const PARTS = { s: 5, m: 9, l: 9, xl: 8 } as const;
const LINE = 18;

/** Where the cells of a stacked row go. */
export interface StackedCells {
  /** How many parts of its line each cell takes. */
  readonly spans: readonly number[];
  readonly lines: number;
}

/**
 * Places the cells of a row in lines, in their order. By their sizes alone: all rows of a list have one height, which
 * nobody measures. The last cell of a line takes what is left of it.
 */
export function stackCells(sizes: readonly CellSize[]): StackedCells {
  const spans: number[] = [];
  let lines = 0;
  let left = 0;
  for (const size of sizes) {
    const parts = PARTS[size];
    const last = spans.length - 1;
    if (parts > left) {
      if (last >= 0) spans[last] = (spans[last] ?? 0) + left;
      lines += 1;
      left = LINE;
    }
    spans.push(parts);
    left -= parts;
  }
  const last = spans.length - 1;
  if (last >= 0) spans[last] = (spans[last] ?? 0) + left;
  return { spans, lines };
}
