import { expect, test } from 'vitest';
import { formatShare } from './format-share.ts';

test.each([
  [undefined, '–'],
  [1, '100 %'],
  [0, '0 %'],
  [0.99999, '99.99 %'],
  [0.00001, '0.01 %'],
  [0.5, '50.0 %'],
  [0.666_666, '66.6 %'],
])('%s is %s', (share, text) => expect(formatShare(share)).toBe(text));
