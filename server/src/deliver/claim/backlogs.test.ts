import { expect, test } from 'vitest';
import { Backlogs } from './backlogs.ts';

const MINUTE = 60_000;
const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

test('only what waits longer than a minute is a backlog, until a sweep no longer finds it', () => {
  const backlogs = new Backlogs();
  backlogs.swept(3, [{ webhookId: ID, sinceMs: 1 }], MINUTE);
  expect(backlogs.of(ID, 3)).toBeUndefined();
  backlogs.swept(3, [{ webhookId: ID, sinceMs: 0 }], MINUTE);
  expect(backlogs.of(ID, 3)).toMatchObject({ sinceMs: 0, growing: false });
  expect(backlogs.of(ID, 4)).toBeUndefined();
  backlogs.swept(4, [], 2 * MINUTE);
  expect(backlogs.of(ID, 3)).toBeDefined();
  backlogs.swept(3, [], 2 * MINUTE);
  expect(backlogs.of(ID, 3)).toBeUndefined();
});

test('it grows while the oldest waits longer each time, and shrinks when older ones are sent', () => {
  const backlogs = new Backlogs();
  const sweep = (sinceMs: number, nowMs: number) => {
    backlogs.swept(0, [{ webhookId: ID, sinceMs }], nowMs);
    return backlogs.of(ID, 0)?.growing;
  };
  expect(sweep(0, 2 * MINUTE)).toBe(false);
  expect(sweep(0, 3 * MINUTE)).toBe(true);
  expect(sweep(MINUTE / 2, 4 * MINUTE)).toBe(true);
  expect(sweep(2 * MINUTE, 5 * MINUTE)).toBe(false);
});
