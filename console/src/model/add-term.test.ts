import { expect, test } from 'vitest';
import { addTerm } from './add-term.ts';

test('adds a value to the term of the same field', () => {
  expect(addTerm('status:failed code:5xx', { field: 'status', values: ['timeout'] })).toBe(
    'status:failed,timeout code:5xx',
  );
});

test('excludes, and takes the exclusion back', () => {
  const excluded = addTerm('', { field: 'webhook', values: ['Orders, EU'], not: true });
  expect(excluded).toBe('-webhook:"Orders, EU"');
  expect(addTerm(excluded, { field: 'webhook', values: ['Orders, EU'] })).toBe(
    'webhook:"Orders, EU"',
  );
});

test('keeps nothing of a text that is no query', () => {
  expect(addTerm('status:"', { field: 'code', values: [500] })).toBe('code:500');
});
