import { Type } from 'typebox';
import type { HeaderList } from '../../http-client/header-list.ts';
import { CLOSED } from './closed.ts';

/** Headers as answers show them, in the order sent or received. */
export const HeaderPairs = Type.Array(
  Type.Object({ key: Type.String(), value: Type.String() }, CLOSED),
);

/** Converts a flat list of names and values to `HeaderPairs`. */
export function headerPairs(headers: HeaderList): { key: string; value: string }[] {
  const pairs = [];
  for (let index = 0; index < headers.length; index += 2) {
    pairs.push({ key: headers[index] ?? '', value: headers[index + 1] ?? '' });
  }
  return pairs;
}
