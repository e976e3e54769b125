import { describe, expect, it } from 'vitest';
import { newId } from './ids.ts';
import { LANES, laneOf } from './lanes.ts';

/** Chi-squared with 63 degrees of freedom exceeds this once in a million. */
const LIMIT = 126;

function unevenness(ids: readonly string[]): number {
  const counts = Array<number>(LANES).fill(0);
  for (const id of ids) counts[laneOf(id)] = (counts[laneOf(id)] as number) + 1;
  const expected = ids.length / LANES;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('laneOf', () => {
  // The lane is stored in every row: if this fails, existing rows would not be found.
  it.each([
    ['00000000000000000000000000', 23],
    ['7ZZZZZZZZZZZZZZZZZZZZZZZZZ', 59],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAV', 31],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAW', 26],
    ['01KC2J7Z0M8V0Q4Y6T1N3R5X7B', 55],
    ['01KC2J7Z0M8V0Q4Y6T1N3R5X7C', 22],
  ])('of %s is always %i', (id, lane) => {
    expect(laneOf(id)).toBe(lane);
  });

  it('is a whole number from 0 to 63', () => {
    for (let turn = 0; turn < 1_000; turn++) {
      const lane = laneOf(newId(Date.now() + turn));
      expect(Number.isInteger(lane) && lane >= 0 && lane < LANES).toBe(true);
    }
  });

  it('spreads ids of one millisecond evenly', () => {
    const now = Date.now() + 10_000_000;
    // Ids of one millisecond count up from one random draw, so one millisecond proves little.
    for (let turn = 0; turn < 20; turn++) {
      expect(unevenness(Array.from({ length: 6_400 }, () => newId(now + turn)))).toBeLessThan(
        LIMIT,
      );
    }
  });

  it('spreads ids of many moments evenly', () => {
    const now = Date.now() + 20_000_000;
    expect(
      unevenness(Array.from({ length: 64_000 }, (_, turn) => newId(now + turn * 977))),
    ).toBeLessThan(LIMIT);
  });
});
