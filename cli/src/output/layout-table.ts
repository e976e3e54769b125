import stringWidth from 'string-width';
import { cellText } from './cell-text.ts';
import { type Colours, colourStatus } from './colours.ts';
import { pick } from './pick.ts';
import type { Column } from './view.ts';
import { visibleText } from './visible-text.ts';
import type { WireRow } from './wire-row.ts';

/** How a table looks. */
export interface TableStyle {
  readonly columns: readonly Column[];
  /** The room of the terminal; undefined: as wide as its contents. */
  readonly width: number | undefined;
  readonly colours: Colours;
}

const GAP = '  ';

/** A column narrower than this says nothing. */
const NARROWEST = 8;

/** Without a terminal nobody scrolls sideways, but one value of 64 KiB must not make every line so wide. */
const WIDEST_CELL = 300;

/** Lines of a table whose widths the first rows decide, so that later ones can be printed as they come. */
export function layoutTable(
  { columns, width, colours }: TableStyle,
  first: readonly WireRow[],
): { readonly header: string; line(row: WireRow): string } {
  const titles = columns.map(({ path, title }) => title ?? path.toUpperCase());
  const widths = titles.map((title, at) =>
    Math.min(
      WIDEST_CELL,
      Math.max(
        stringWidth(title),
        ...first.map((row) => stringWidth(shown(row, columns[at] as Column))),
      ),
    ),
  );
  if (width !== undefined) shrink(widths, width);

  const join = (cells: readonly string[], dress: (text: string, at: number) => string) =>
    cells
      .map((cell, at) => {
        const text = cut(cell, widths[at] ?? 0);
        const padding = ' '.repeat(Math.max(0, (widths[at] ?? 0) - stringWidth(text)));
        const dressed = dress(text, at);
        if (columns[at]?.kind === 'number') return padding + dressed;
        return at === cells.length - 1 ? dressed : dressed + padding;
      })
      .join(GAP)
      .trimEnd();

  return {
    header: join(titles, (text) => colours.bold(text)),
    line: (row) =>
      join(
        columns.map((column) => shown(row, column)),
        (text, at) => {
          const column = columns[at] as Column;
          if (column.kind !== 'status') return text;
          return colourStatus(cellText(pick(row, column.path)), text, colours);
        },
      ),
  };
}

/** One line of text: a cell has no line breaks, and times no milliseconds. */
function shown(row: WireRow, { path, kind }: Column): string {
  const text = cellText(pick(row, path));
  const short = kind === 'time' ? text.replace(/\.\d+Z$/, 'Z') : text;
  return visibleText(short).replaceAll(/\s+/g, ' ');
}

/** Takes from the widest columns until the table fits, or nothing can be taken. */
function shrink(widths: number[], room: number): void {
  const total = () => widths.reduce((sum, one) => sum + one, GAP.length * (widths.length - 1));
  while (total() > room) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) return;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
}

function cut(text: string, room: number): string {
  if (stringWidth(text) <= room) return text;
  let kept = '';
  let taken = 1;
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, room * 8))) {
    taken += stringWidth(segment);
    if (taken > room) break;
    kept += segment;
  }
  return `${kept}…`;
}
