import { expect, it } from 'vitest';
import { headerValue } from './header-value.ts';

it('finds the first value of a header by its lower-case name', () => {
  const headers = ['Date', 'content-type', 'Content-Type', 'a', 'CONTENT-TYPE', 'b', 'X', ''];
  expect(headerValue(headers, 'content-type')).toBe('a');
  expect(headerValue(headers, 'x')).toBe('');
  expect(headerValue(headers, 'a')).toBeUndefined();
  expect(headerValue([], 'x')).toBeUndefined();
});
