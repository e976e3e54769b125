/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** May be cut, with an ellipsis, when the table is too wide; at most one column. */
  readonly flexible?: boolean;
}

/** A cell: its text, and the function that colours it after padding. */
export interface Cell {
  readonly text: string;
  readonly dress?: ((text: string) => string) | undefined;
}

const GAP = '  ';

/** Lays a table out in lines of at most `width` characters, the titles first. */
export function layoutTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): string[] {
  const titles = columns.map((column) => ({ text: column.title }));
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((row) => row[index]?.text.length ?? 0)),
  );
  const all = widths.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1));
  const flexible = columns.findIndex((column) => column.flexible);
  if (all > width && flexible >= 0) {
    widths[flexible] = Math.max(1, (widths[flexible] ?? 0) - (all - width));
  }
  return [titles, ...rows].map((row) =>
    row
      .map((cell: Cell, index) => {
        const room = widths[index] ?? 0;
        const text = cell.text.length > room ? `${cell.text.slice(0, room - 1)}…` : cell.text;
        const right = columns[index]?.align === 'right';
        const padded = right ? text.padStart(room) : text.padEnd(room);
        return cell.dress === undefined ? padded : cell.dress(padded);
      })
      .join(GAP)
      // In a narrower terminal, trailing blanks would wrap to an empty line.
      .trimEnd(),
  );
}
