import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Runner } from '../../database/database.ts';
import type { Query } from '../../database/query.ts';
import { resting } from './resting.ts';

const STATEMENT = {} as Query<undefined, never>;

/** A search that runs statements of some milliseconds; resolves to its rests. */
async function search(times: number, statementsMs: readonly number[]): Promise<number[]> {
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
    () => times,
    async (ms) => rests.push(ms),
  );
  for (const _ of statementsMs) await rested.run(STATEMENT, undefined);
  return rests;
}

it('does not rest while nothing else is to be done', async () => {
  expect(await search(0, [20, 20])).toEqual([]);
});

it('rests as many times as long as a statement took, a second at most', async () => {
  const [first, second, ...more] = await search(15, [20, 100, 20]);
  expect(first).toBeGreaterThanOrEqual(15 * 19);
  expect(second).toBe(1_000);
  expect(more).toEqual([]);
});

it('rests after a statement that failed', async () => {
  const rests: number[] = [];
  const runner = {
    run: async () => {
      await sleep(10);
      throw new Error('no');
    },
  } as unknown as Runner;
  const rested = resting(
    runner,
    () => 3,
    async (ms) => rests.push(ms),
  );
  for (let times = 0; times < 2; times++) {
    await expect(rested.run(STATEMENT, undefined)).rejects.toThrow('no');
  }
  expect(rests).toHaveLength(1);
});
