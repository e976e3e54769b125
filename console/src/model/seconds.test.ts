import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSeconds } from './read-seconds.ts';
import { showSeconds } from './show-seconds.ts';

test.each([
  ['12', 12],
  ['12 s', 12],
  ['2min', 120],
  ['2 m', 120],
  ['1 h 30 min', 5_400],
  ['1.5h', 5_400],
  ['2 D', 172_800],
  [' 1d2h ', 93_600],
])('%j is %i seconds', (text, seconds) => expect(readSeconds(text)).toBe(seconds));

test.each(['', 's', '-1 s', '1 30', '1 h 30', '0.5 s', '1 year', '5 ms', '1e3', 'NaN'])(
  '%j is no whole number of seconds',
  (text) => expect(readSeconds(text)).toBeUndefined(),
);

test('what is shown is read as the same', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (seconds) => {
      expect(readSeconds(showSeconds(seconds))).toBe(seconds);
    }),
  );
});
