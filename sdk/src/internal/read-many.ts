import type { Kind } from '../codec/kind.ts';
import { toRow } from './to-row.ts';

/**
 * Reads a body that holds a list of objects under `name`. The reader throws a `TypeError` without
 * it.
 */
export const readMany =
  <T>(name: string, kind: Kind<T>) =>
  (body: unknown): T[] => {
    const rows = toRow(body, 'the body')[name];
    if (!Array.isArray(rows)) throw new TypeError(`"${name}" is not a list`);
    return rows.map((row) => kind.decode(toRow(row, `an item of "${name}"`)));
  };
