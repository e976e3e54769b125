import { expect, it } from 'vitest';
import { mergeSearched } from './merge-searched.ts';

type Row =
  | { readonly id: string; readonly rows: null; readonly bytes: null }
  | { readonly id: null; readonly rows: number; readonly bytes: number };

const found = (id: string): Row => ({ id, rows: null, bytes: null });
const read = (rows: number, bytes: number): Row => ({ id: null, rows, bytes });

it('keeps the first in the falling order of their keys, and sums what was read', () => {
  const runs = [[found('b'), found('a'), read(5, 50)], [read(0, 0)], [found('c'), read(2, 20)]];
  const merged = mergeSearched<Row>(runs, 2, (one) => [one.id]);
  expect(merged).toEqual([found('c'), found('b'), read(7, 70)]);
});

it('returns nothing of no lane', () => {
  expect(mergeSearched<Row>([], 2, (one) => [one.id])).toEqual([]);
});
