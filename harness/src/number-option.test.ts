import { expect, test } from 'vitest';
import { numberOption } from './number-option.ts';
import { UsageError } from './usage-error.ts';

test.each([
  [undefined, {}, undefined],
  ['5', {}, 5],
  ['0', { least: 0 }, 0],
  ['0.5', { fraction: true }, 0.5],
])('%j by %j is %j', (text, rule, value) => {
  expect(numberOption('n', text, rule)).toBe(value);
});

test.each([
  ['0', {}, '--n must be a whole number above 0, got 0'],
  ['-1', { least: 0 }, '--n must be a whole number of at least 0, got -1'],
  ['', {}, '--n must be a whole number above 0, got nothing'],
  [' ', { least: 0 }, '--n must be a whole number of at least 0, got  '],
  ['0.5', {}, '--n must be a whole number above 0, got 0.5'],
  ['x', { fraction: true }, '--n must be a number above 0, got x'],
  ['Infinity', { fraction: true }, '--n must be a number above 0, got Infinity'],
])('%j by %j is refused', (text, rule, message) => {
  expect(() => numberOption('n', text, rule)).toThrow(new UsageError(message));
});
