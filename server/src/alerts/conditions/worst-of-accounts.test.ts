import { expect, test } from 'vitest';
import type { AlertKind } from '../../model/alert.ts';
import type { Condition } from '../condition.ts';
import { worstOfAccounts } from './worst-of-accounts.ts';

const conditions = (kind: AlertKind, accountId: number, count: number): Condition[] =>
  Array.from({ length: count }, (_, value) => ({
    ...{ accountId, kind, subject: `${accountId} ${value}`, value, facts: {} },
  }));
const values = (found: readonly Condition[], accountId: number) =>
  found.filter((one) => one.accountId === accountId).map(({ value }) => value);

test('each account has its 100 worst, and what is watched although others are worse', () => {
  const watched = () => [{ accountId: 1, subject: '1 3' }];
  const behind = [...conditions('backlog', 1, 300), ...conditions('backlog', 2, 5)];
  const found = worstOfAccounts(behind, { watched });
  expect(values(found, 1)).toEqual([...Array.from({ length: 100 }, (_, n) => 299 - n), 3]);
  expect(values(found, 2)).toEqual([4, 3, 2, 1, 0]);
});

test('of what ends soon the first is the worst', () => {
  const watched = () => [{ accountId: 1, subject: '1 250' }];
  const found = worstOfAccounts(conditions('certificate', 1, 300), { watched });
  expect(values(found, 1)).toEqual([...Array.from({ length: 100 }, (_, n) => n), 250]);
  expect(worstOfAccounts([], { watched })).toEqual([]);
});
