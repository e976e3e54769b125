import { expect, test } from 'vitest';
import { Counter } from './counter.ts';
import { Family } from './family.ts';

test('a family has a series for each combination, the same one each time', () => {
  const family = new Family(['a', 'b'], () => new Counter(), 10);
  family.of('x', 'y').add();
  family.of('x', 'z').add(2);
  family.of('x', 'y').add();
  expect(family.all().map(({ one, values }) => [...values, one.value])).toEqual([
    ['x', 'y', 2],
    ['x', 'z', 2],
  ]);
});

test('beyond its limit, everything else is one series', () => {
  const family = new Family(['a'], () => new Counter(), 3);
  for (let n = 0; n < 1_000; n++) family.of(`v${n}`).add();
  const values = family.all().map(({ one, values: [first] }) => [first, one.value]);
  expect(values).toEqual([
    ['v0', 1],
    ['v1', 1],
    ['v2', 1],
    ['other', 997],
  ]);
});
