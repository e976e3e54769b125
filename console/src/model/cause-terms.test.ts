import { ERROR_CLASSES, parseQuery } from '@hooktrail/sdk/query';
import { expect, test } from 'vitest';
import { causeTerms } from './cause-terms.ts';

const classes = Object.keys(ERROR_CLASSES);

test('an error class is one term', () => {
  expect(causeTerms({ errorClass: 'dns' })).toBe('error:"dns"');
  expect(causeTerms({ errorClass: 'tls name mismatch' })).toBe('error:"tls name mismatch"');
});

test('a status leaves out what has an error class', () => {
  expect(parseQuery(causeTerms({ status: 'server error' }))).toEqual([
    { field: 'status', values: ['server error'] },
    { field: 'error', values: classes, not: true },
  ]);
});

test('the class tls leaves out those that begin with it', () => {
  expect(parseQuery(causeTerms({ errorClass: 'tls' }))).toEqual([
    { field: 'error', values: ['tls'] },
    { field: 'error', values: classes.filter((one) => one.startsWith('tls ')), not: true },
  ]);
});
