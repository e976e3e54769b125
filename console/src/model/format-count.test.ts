import { expect, test } from 'vitest';
import { formatCount } from './format-count.ts';

test('digits are grouped in threes, and three places are kept', () => {
  const cases = [
    0, 7, 999, 1_000, 12_345, 123_456, 1_234_567, 10_000_000, -12_345, 0.5, 1_234.5678,
  ];
  const texts = cases.map(formatCount);
  const format = new Intl.NumberFormat('en');
  expect(texts).toEqual(cases.map((count) => format.format(count)));
});
