import { expect, test } from 'vitest';
import { nextRowKeys } from './next-row-keys.ts';

const start = nextRowKeys({ first: 0, keys: [], next: 0 }, 0, 4);

test.each([
  ['down by some rows: those that stay keep their keys', 2, 4, [2, 3, 4, 5]],
  ['not at all', 0, 4, [0, 1, 2, 3]],
  ['further than its height: every element is used again', 1_000, 4, [0, 1, 2, 3]],
  ['and becomes higher', 0, 6, [0, 1, 2, 3, 4, 5]],
  ['and becomes lower', 0, 2, [0, 1]],
  ['far, and becomes lower', 1_000, 2, [0, 1]],
])('a window that moves %s', (_name, first, count, keys) => {
  expect(nextRowKeys(start, first, count).keys).toEqual(keys);
});

test('up by some rows: new ones come first', () => {
  const far = nextRowKeys(start, 1_000, 4);
  expect(nextRowKeys(far, 998, 4).keys).toEqual([4, 5, 0, 1]);
});

test('no key stands twice, and none changes its order, however the window moves', () => {
  let last = start;
  for (let step = 0; step < 500; step++) {
    const first = (step * step * 7) % 97;
    const now = nextRowKeys(last, first, 1 + (step % 9));
    expect(new Set(now.keys).size).toBe(now.keys.length);
    const stayed = last.keys.filter((key) => now.keys.includes(key));
    expect(now.keys.filter((key) => last.keys.includes(key))).toEqual(stayed);
    last = now;
  }
});
