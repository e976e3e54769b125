import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Runner } from '../../database/database.ts';
import type { Query } from '../../database/query.ts';
import { resting } from './resting.ts';

const STATEMENT = {} as Query<undefined, never>;

/** A search on a connection whose statements do what is given; resolves to its rests. */
async function search(...statements: (() => unknown)[]): Promise<number[]> {
  const rests: number[] = [];
  const runner = {
    run: async () => {
      await statements.shift()?.();
      return [];
    },
  } as Runner;
  const rested = resting(runner, async (ms) => rests.push(ms));
  for (let left = statements.length; left > 0; left--) await rested.run(STATEMENT, undefined);
  return rests;
}

function work(forMs: number): void {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs);
}

it('does not rest while the node only waits for the statements', async () => {
  const waits = () => sleep(100);
  expect(await search(waits, waits, waits)).toEqual([]);
});

it('rests three times as long as a statement took while the node is busy, half a second at most', async () => {
  const [first, second, ...more] = await search(
    () => work(60),
    () => work(400),
    () => work(60),
  );
  expect(first).toBeGreaterThanOrEqual(3 * 60);
  expect(second).toBe(500);
  expect(more).toEqual([]);
});

it('rests after a statement that failed', async () => {
  const rests: number[] = [];
  const runner = {
    run: async () => {
      work(60);
      throw new Error('no');
    },
  } as unknown as Runner;
  const rested = resting(runner, async (ms) => rests.push(ms));
  for (let times = 0; times < 2; times++) {
    await expect(rested.run(STATEMENT, undefined)).rejects.toThrow('no');
  }
  expect(rests).toHaveLength(1);
});
