import { expect, test } from 'vitest';
import { confidence } from './confidence.ts';

test('an interval of 95 % is that of Student', () => {
  // By R: t.test(c(1, 2, 3, 4, 5)) is from 1.036757 to 4.963243.
  const { half, mean } = confidence([1, 2, 3, 4, 5]);
  expect(mean).toBe(3);
  expect(half).toBeCloseTo(1.9632, 3);
  expect(confidence([7])).toEqual({ mean: 7, half: Number.NaN });
  // More values than the table has.
  expect(confidence(Array.from({ length: 40 }, (_, n) => n % 2)).half).toBeCloseTo(0.167, 2);
});
