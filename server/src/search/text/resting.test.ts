import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Runner } from '../../database/database.ts';
import type { Query } from '../../database/query.ts';
import type { Load } from '../../shares/measure-load.ts';
import { resting } from './resting.ts';

const STATEMENT = {} as Query<undefined, never>;

/** A search that runs statements of some milliseconds; resolves to its rests. */
async function search(load: Load, statementsMs: readonly number[]): Promise<number[]> {
  const rests: number[] = [];
  const left = [...statementsMs];
  const runner = {
    run: async () => {
      await sleep(left.shift());
      return [];
    },
  } as Runner;
  const rested = resting(
    runner,
    () => load,
    async (ms) => rests.push(ms),
  );
  for (const _ of statementsMs) await rested.run(STATEMENT, undefined);
  return rests;
}

it('does not rest while nothing else is to be done', async () => {
  expect(await search('free', [60, 60])).toEqual([]);
});

it('rests as many times as long as a statement took, a second at most', async () => {
  const [first, second, ...more] = await search('full', [60, 100, 20]);
  expect(first).toBeGreaterThanOrEqual(15 * 59);
  expect(second).toBe(1_000);
  expect(more).toEqual([]);
});

it.each([
  { load: 'busy', times: 3 },
  { load: 'full', times: 15 },
] as const)('rests $times times as long while $load', async ({ load, times }) => {
  const [rest] = await search(load, [52, 1]);
  expect(rest).toBeGreaterThanOrEqual(times * 51);
});

it('does not rest before it has worked as long as most searches take', async () => {
  expect(await search('full', [10, 10, 10, 10])).toEqual([]);
});

it('rests after a statement that failed', async () => {
  const rests: number[] = [];
  const runner = {
    run: async () => {
      await sleep(60);
      throw new Error('no');
    },
  } as unknown as Runner;
  const rested = resting(
    runner,
    () => 'busy',
    async (ms) => rests.push(ms),
  );
  for (let times = 0; times < 2; times++) {
    await expect(rested.run(STATEMENT, undefined)).rejects.toThrow('no');
  }
  expect(rests).toHaveLength(1);
});
