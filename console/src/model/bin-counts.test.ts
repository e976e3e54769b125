import { expect, test } from 'vitest';
import { binCounts } from './bin-counts.ts';

const MINUTE = 60_000;

test('adds up what lies in a bar, and shows the empty ones', () => {
  const at = (minute: number) => new Date(minute * MINUTE);
  const rows = [
    { at: at(3), status: 'success', count: 2 },
    { at: at(4), status: 'success', count: 3 },
    { at: at(4), status: 'failed', count: 1 },
    { at: at(12), status: 'failed', count: 9 },
  ];
  const bins = binCounts(rows, at(3), at(15), 5 * MINUTE);
  expect(bins.map(({ total }) => total)).toEqual([6, 0, 9]);
  expect(bins[0]).toMatchObject({ from: at(0), to: at(5) });
  expect(bins[0]?.byStatus.get('success')).toBe(5);
});
