import { expect, test } from 'vitest';
import { hourLabel } from './hour-label.ts';

test('an hour is shown by its time, and midnight by its day', () => {
  expect(hourLabel(new Date('2026-11-29T14:00:00Z'), true)).toBe('14:00');
  expect(hourLabel(new Date('2026-11-29T00:00:00Z'), true)).toBe('11-29');
});
