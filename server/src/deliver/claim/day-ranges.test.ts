import { expect, it } from 'vitest';
import { firstIdAt, newId } from '../../model/ids.ts';
import { DAY_MS } from '../../model/time-units.ts';
import { dayRanges } from './day-ranges.ts';

it('puts every id into one range, and each of the last days into its own', () => {
  const nowMs = Date.parse('2026-05-05T12:00:00Z');
  const ranges = dayRanges(nowMs);
  const rangeOf = (id: string) =>
    ranges.filter(({ firstId, endId }) => id >= firstId && id < endId);
  const midnight = Date.parse('2026-05-05T00:00:00Z');
  const times = [0, 1, midnight, midnight - 1, nowMs, nowMs + 3 * DAY_MS, 2 ** 47];
  for (let ago = 0; ago < 400; ago++) times.push(nowMs - ago * DAY_MS);
  for (const time of times) expect(rangeOf(firstIdAt(time)), String(time)).toHaveLength(1);
  expect(rangeOf(newId(Date.now()))).toHaveLength(1);
  expect(rangeOf(firstIdAt(midnight))).not.toEqual(rangeOf(firstIdAt(midnight - 1)));
});
