import { expect, it } from 'vitest';
import { showDuration } from './show-duration.ts';

it.each([
  [0, '0 ms'],
  [41.6, '42 ms'],
  [31_240, '31.2 s'],
  [60_000, '1 min'],
  [5_400_000, '1.5 h'],
  [86_400_000, '24 h'],
])('shows %i ms as %s', (ms, text) => expect(showDuration(ms)).toBe(text));
