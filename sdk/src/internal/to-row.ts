import { isRow, type Row } from '../codec/row.ts';

/**
 * A value that must be a JSON object.
 *
 * @throws TypeError when it is not. The message has the place and never the value, which may be
 *   secret.
 */
export const toRow = (value: unknown, place: string): Row => {
  if (!isRow(value)) throw new TypeError(`${place} is not an object`);
  return value;
};
