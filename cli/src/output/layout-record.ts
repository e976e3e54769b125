import { cellText } from './cell-text.ts';
import { type Colours, colourStatus } from './colours.ts';
import { pick } from './pick.ts';
import type { Column } from './view.ts';
import { visibleText } from './visible-text.ts';
import type { WireRow } from './wire-row.ts';

/** Longer texts begin on a line of their own. */
const LONG = 100;

/** One thing as lines of `field  value`, in the order of its view; omits absent fields. */
export function layoutRecord(
  row: WireRow,
  columns: readonly Column[],
  colours: Colours,
  width: number | undefined,
): string {
  const present = columns.filter(({ path }) => cellText(pick(row, path)) !== '');
  const room = Math.max(0, ...present.map(({ path }) => path.length));
  return present
    .map(({ path, kind }) => {
      const value = pick(row, path);
      const text = visibleText(asText(value));
      const dressed = kind === 'status' ? colourStatus(cellText(value), text, colours) : text;
      const long = text.includes('\n') || text.length > Math.max(LONG, (width ?? 0) - room - 2);
      const name = colours.bold(path.padEnd(long ? 0 : room));
      return long ? `${name}\n${indent(dressed)}\n` : `${name}  ${dressed}\n`;
    })
    .join('');
}

/** Objects with their fields on lines of their own. */
function asText(value: unknown): string {
  if (typeof value !== 'object' || value === null || value instanceof Date) return cellText(value);
  const line = JSON.stringify(value);
  return line.length > LONG ? JSON.stringify(value, undefined, 2) : line;
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
