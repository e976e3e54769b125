import { expect, test } from 'vitest';
import { diffLines } from './diff-lines.ts';

test('tells what only one of them has, in its place', () => {
  expect(diffLines(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual([
    { side: 'both', text: 'a' },
    { side: 'first', text: 'b' },
    { side: 'second', text: 'x' },
    { side: 'both', text: 'c' },
    { side: 'second', text: 'd' },
  ]);
});

test('keeps every line of long texts', () => {
  const long = Array.from({ length: 5_000 }, (_, line) => String(line));
  expect(diffLines(long, long.slice(1)).filter(({ side }) => side !== 'second')).toHaveLength(
    5_000,
  );
});
