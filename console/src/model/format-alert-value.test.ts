import { expect, test } from 'vitest';
import { formatAlertValue } from './format-alert-value.ts';

test.each([
  ['failing', 0.5, '50.0 %'],
  ['failing', 1, '100 %'],
  ['account_failing', 0.9999, '99.99 %'],
  ['backlog', 900, '15 min'],
  ['source', 3.4, '3 s'],
  ['node', 86_400 * 2 + 7_200, '2 d 2 h'],
  ['storage', 6.44, '6.4 days'],
  ['certificate', 1, '1 day'],
  ['certificate', -2, '-2 days'],
  ['secret', 23.96, '24 hours'],
  ['failures', 12_345, '12,345'],
  ['of a later version', 0.25, '0.25'],
])('%s %f is "%s"', (kind, value, text) => expect(formatAlertValue(kind, value)).toBe(text));
