import { describe, expect, it } from 'vitest';
import { commonDay } from './common-day.ts';
import { firstIdAt } from './ids.ts';
import { DAY_MS } from './time-units.ts';

const DAY = 20_000;
const first = firstIdAt(DAY * DAY_MS);
const last = `${firstIdAt((DAY + 1) * DAY_MS - 1).slice(0, 10)}ZZZZZZZZZZZZZZZZ`;
const next = firstIdAt((DAY + 1) * DAY_MS);

describe('commonDay', () => {
  it.each([
    ['the first and the last id of a day', [[first, last]], DAY],
    ['several lists, one of them empty', [[], [last], [first]], DAY],
    ['the next day', [[next]], DAY + 1],
    ['two days in one list', [[first, next]], undefined],
    ['two days in two lists', [[next], [last]], undefined],
    ['no ids', [[], []], undefined],
  ])('%s', (_what, lists, day) => {
    expect(commonDay(...lists)).toBe(day);
  });
});
