import { nearestName } from '../failures/nearest-name.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import type { Format } from './formats.ts';
import type { Column, View } from './view.ts';

/**
 * The columns of an output: those that `--columns` names, or those that the format shows.
 *
 * @throws CommandFailure for a name that no row of this list has
 */
export function chooseColumns(
  { columns }: View,
  format: Format,
  asked: string | undefined,
): readonly Column[] {
  if (asked === undefined) {
    if (format === 'table') return columns.filter(({ shown }) => shown === 'table');
    return format === 'wide' ? columns.filter(({ shown }) => shown !== 'asked') : columns;
  }
  return asked.split(',').map((text) => {
    const path = text.trim();
    const found = columns.find((column) => column.path === path);
    if (found !== undefined) return found;
    // A part of a known field, such as `response.payload`, or one of ours, such as `counts.sent`.
    const inside = columns.find(
      (column) => path.startsWith(`${column.path}.`) || column.path.startsWith(`${path}.`),
    );
    if (inside !== undefined) return { path, shown: 'asked' };
    const known = columns.map((column) => column.path);
    const near = nearestName(path, known);
    throw usageFailure(
      `--columns: "${path}" is no column of this output${near === undefined ? '' : `; did you mean "${near}"?`}`,
      `The columns are ${known.join(', ')}.`,
    );
  });
}
