import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { ensureMainAccount } from './ensure-main-account.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

const clock = { now: () => Date.now() };

async function ensure(bootstrapToken?: string): Promise<string | undefined> {
  return ensureMainAccount({ clock, database: trail.database, bootstrapToken });
}

async function tokens(): Promise<number> {
  const [row] = await trail.sql<{ count: number }>('select count(*)::int as count from token');
  return row?.count ?? 0;
}

test.each([
  ['generates one token and returns it once', undefined, 1],
  ['stores the given token and returns none', 'a-token-of-the-settings', 0],
])('of nodes that start together one %s', async (_what, given, shown) => {
  await trail.sql('truncate account cascade');
  const made = await Promise.all(Array.from({ length: 16 }, () => ensure(given)));
  expect(made.filter((token) => token !== undefined)).toHaveLength(shown);
  expect(await tokens()).toBe(1);
  expect(await ensure(given)).toBeUndefined();
  expect(await tokens()).toBe(1);
});
