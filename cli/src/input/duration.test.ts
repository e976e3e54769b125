import { expect, test } from 'vitest';
import { duration } from './duration.ts';

test.each([
  ['0', 0],
  ['90', 90],
  ['90s', 90],
  ['15m', 900],
  ['2h', 7_200],
  ['7d', 604_800],
])('%s is %i seconds', (text, seconds) => expect(duration(text)).toBe(seconds));

test.each(['', '-1', '1.5h', '2 h', '1w', 'h', '1h30m', '12345678901'])(
  '"%s" is no length of time',
  (text) => expect(() => duration(text)).toThrow('such as 90s, 15m, 2h or 7d'),
);
