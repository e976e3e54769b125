import type { ListedGap, ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { describe, expect, test } from 'vitest';
import { lineOfList } from './line-of-list.ts';
import { placeGaps } from './place-gaps.ts';

const at = (ms: number) => new Date(ms);
const row = (createdMs: number, completedMs = createdMs) =>
  ({ createdAt: at(createdMs), latestCompletedAt: at(completedMs) }) as ListedInvocation;
const gap = (fromMs: number, toMs: number, webhook = 'w'): ListedGap => ({
  source: 'acme',
  webhook: { id: webhook, name: webhook },
  from: at(fromMs),
  to: at(toMs),
  reason: 'outage',
});
const lines = (rows: readonly ListedInvocation[], gaps: readonly ListedGap[], sort = '') =>
  placeGaps(rows, gaps, sort).map(({ line }) => line);

describe('gaps in a list', () => {
  const newestFirst = [90, 70, 50, 30].map((ms) => row(ms));

  test('stand where a reader comes to their span', () => {
    expect(lines(newestFirst, [gap(40, 60)])).toEqual([2]);
    expect(lines(newestFirst.toReversed(), [gap(40, 60)], 'created')).toEqual([1]);
    // Newer than all rows, and older.
    expect(lines(newestFirst, [gap(95, 99), gap(1, 2)])).toEqual([0, 5]);
  });

  test('count each other, and are said once whatever pages say them', () => {
    expect(lines(newestFirst, [gap(1, 60), gap(1, 60, 'v'), gap(1, 80), gap(1, 60)])).toEqual([
      1, 3, 4,
    ]);
  });

  test('are ordered by completion where the list is', () => {
    const rows = [row(10, 90), row(80, 80), row(20, 40)];
    expect(lines(rows, [gap(45, 60)], '-latest')).toEqual([2]);
  });

  test('stay where they are when older rows follow', () => {
    const gaps = [gap(40, 60), gap(1, 20)];
    const longer = [...newestFirst, row(10), row(5)];
    expect(lines(newestFirst, gaps)).toEqual([2, 5]);
    expect(lines(longer, gaps)).toEqual([2, 5]);
  });

  test('stand alone in a list without rows', () => {
    expect(lines([], [gap(1, 2), gap(3, 4)])).toEqual([0, 1]);
  });

  test('every line is one row or one gap, in order, also of many', () => {
    const rows = Array.from({ length: 500 }, (_, index) => row(10_000 - index * 10));
    const gaps = Array.from({ length: 77 }, (_, index) => gap(index * 120, index * 120 + 55));
    const placed = placeGaps(rows, gaps, '');
    const seen = { rows: 0, gaps: 0 };
    for (let line = 0; line < rows.length + gaps.length; line++) {
      const found = lineOfList(placed, line);
      if ('gap' in found) expect(found.gap).toBe(placed[seen.gaps++]);
      else expect(found.row).toBe(seen.rows++);
    }
    expect(seen).toEqual({ rows: 500, gaps: 77 });
  });
});
