import type { CountsRow } from '@hooktrail/sdk/hooktrail';
import { expect, test } from 'vitest';
import { daysBefore } from './days-before.ts';
import { lastHours, rateLine } from './rate-lines.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-29T10:20:00Z');

const row = (atMs: number, attempts: number, succeeded: number): CountsRow =>
  ({
    at: new Date(atMs),
    attempts,
    succeeded,
    ...(attempts > 0 && { successShare: succeeded / attempts }),
  }) as CountsRow;

test('has the hour that is not over and the 24 before', () => {
  const hours = lastHours(NOW);
  expect(hours).toHaveLength(25);
  expect(new Date(hours.at(-1) ?? 0).toISOString()).toBe('2026-11-29T10:00:00.000Z');
  expect(new Date(hours[0] ?? 0).toISOString()).toBe('2026-11-28T10:00:00.000Z');
});

test('puts the same hour of another day at its place; an hour without attempts is no share of them', () => {
  const hours = lastHours(NOW);
  const last = hours.at(-1) ?? 0;
  const counted = { counts: [row(last - 7 * 24 * HOUR, 4, 1)] };
  const attempts = rateLine('a', hours, counted, 7, (one) => one.attempts, 0);
  expect(attempts.values.slice(-2)).toEqual([0, 4]);
  const share = rateLine('s', hours, counted, 7, (one) => one.successShare, null);
  expect(share.values.slice(-2)).toEqual([null, 0.25]);
  expect(rateLine('x', hours, undefined, 0, (one) => one.attempts, 0).values[0]).toBeNull();
});

test('a span before is as long as that of now', () => {
  expect(daysBefore(7, NOW, 24 * HOUR)).toBe(
    'since:2026-11-21T10:20:00.000Z until:2026-11-22T10:20:00.000Z',
  );
});
