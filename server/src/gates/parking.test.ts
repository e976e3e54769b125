import { expect, test, vi } from 'vitest';
import type { Database } from '../database/database.ts';
import { newId } from '../model/ids.ts';
import { Parking } from './parking.ts';

const NOW_MS = 1_900_000_000_000;

test('reads a backlog once, even if all of it was marked before', async () => {
  const webhookId = newId(NOW_MS);
  const from: unknown[] = [];
  const database = {
    async run(query: { values: (params: unknown) => unknown[] }, params: unknown) {
      from.push(query.values(params)[7]);
      return [];
    },
  } as unknown as Database;
  const parking = new Parking({ clock: { now: () => NOW_MS }, database });
  const held = {
    status: 'throttled',
    reasonCode: 'rate limit',
    ends: false,
    reason: 'r',
    episode: 0,
  } as const;
  expect(await parking.park(3, webhookId, held)).toBe(false);
  expect(await parking.park(3, webhookId, held)).toBe(false);
  await parking.park(3, webhookId, { ...held, episode: 1 });
  // A row due a minute ago may be committed only now.
  expect(from).toEqual([0, 1_000 * (NOW_MS - 60_000), 0]);
});

test('counts what ended and what waits: a manual attempt waits where others end', async () => {
  const database = {
    run: async () => [true, true, false].map((ends) => ({ due_at_us: 1, ends })),
  } as unknown as Database;
  const metrics = { finished: vi.fn(), held: vi.fn() };
  const parking = new Parking({ clock: { now: () => NOW_MS }, database, metrics });
  const held = {
    status: 'circuit broken',
    reasonCode: 'breaker',
    ends: true,
    reason: 'r',
    episode: 0,
  } as const;
  await parking.park(3, newId(NOW_MS), held);
  expect(metrics.finished).toHaveBeenCalledWith('circuit broken', 2);
  expect(metrics.held).toHaveBeenCalledWith('circuit broken', 1);
});
