import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { createTestTrail, storeWebhook, type TestTrail } from '../testing/test-trail.ts';
import { closeBreaker } from './close-breaker.ts';
import { countOutcomes } from './count-outcomes.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { lockRateWindow } from './lock-rate-window.ts';
import { openBreaker } from './open-breaker.ts';
import { readBreakers } from './read-breakers.ts';
import { readCounts } from './read-counts.ts';
import { readOpenBreakers } from './read-open-breakers.ts';
import { reopenBreaker } from './reopen-breaker.ts';
import { takeHandshake } from './take-handshake.ts';
import { takeProbe } from './take-probe.ts';

const MIGRATION = new URL('../../migrations/0041-rows-of-deleted-webhooks.sql', import.meta.url);

let trail: TestTrail;
let webhookId: string;
let lane: number;
beforeAll(async () => {
  trail = await createTestTrail();
});
beforeEach(async () => {
  webhookId = await storeWebhook(trail);
  lane = laneOf(webhookId);
});
afterAll(() => trail.drop());

const WINDOW_MS = 300_000;
const count = async (requests: number, errors: number) => {
  const [sums] = await trail.database.run(countOutcomes, [
    { lane, webhookId, requests, errors, windowMs: WINDOW_MS },
  ]);
  return sums && { requests: sums.requests, errors: sums.errors };
};
const read = async () => {
  const [sums] = await trail.database.run(readCounts, { lane, webhookId, windowMs: WINDOW_MS });
  return sums;
};
/** Moves the times back, as if that time had passed. */
const pass = (seconds: number) =>
  trail.sql(
    `update delivery_count
    set period_at = period_at - $2::integer * interval '1 second', slot = (slot + 64 - $2::integer / 10) % 32
    where webhook_id = $1`,
    [uuidFromId(webhookId), seconds],
  );
const open = () =>
  trail.database.run(openBreaker, { lane, webhookId, openMs: 50_000, reason: 'r' });
const breaker = async () => (await trail.database.run(readBreakers, [webhookId]))[0];
const due = () =>
  trail.sql('update breaker set next_probe_at = now() where webhook_id = $1', [
    uuidFromId(webhookId),
  ]);
const probe = () => trail.database.run(takeProbe, { lane, webhookId, holdMs: 17_000 });

describe('countOutcomes', () => {
  it('returns the sums of the window, including what it just added', async () => {
    expect(await count(3, 1)).toEqual({ requests: 3, errors: 1 });
    await pass(20);
    expect(await count(2, 2)).toEqual({ requests: 5, errors: 3 });
    expect(await count(1, 0)).toEqual({ requests: 6, errors: 3 });
    expect(await read()).toEqual({ requests: 6, errors: 3 });
  });

  it('omits counts older than the window, and overwrites them one round later', async () => {
    await count(3, 1);
    await pass(310);
    expect(await count(1, 0)).toEqual({ requests: 1, errors: 0 });
    await pass(320);
    expect(await count(7, 7)).toEqual({ requests: 7, errors: 7 });
    const rows = await trail.sql('select 1 from delivery_count where webhook_id = $1', [
      uuidFromId(webhookId),
    ]);
    expect(rows.length).toBeLessThanOrEqual(2);
  });

  it('loses no count when many nodes add concurrently', async () => {
    await Promise.all(Array.from({ length: 40 }, () => count(2, 1)));
    expect(await read()).toEqual({ requests: 80, errors: 40 });
  });
});

describe('a breaker', () => {
  it('is opened by the first node only', async () => {
    const opened = await Promise.all(Array.from({ length: 10 }, open));
    expect(opened.flat()).toHaveLength(1);
    expect(await breaker()).toMatchObject({ state: 'open', reason: 'r' });
  });

  it('gives its due probe to one node of many', async () => {
    await open();
    expect(await probe()).toEqual([]);
    await due();
    const taken = await Promise.all(Array.from({ length: 10 }, probe));
    expect(taken.flat()).toHaveLength(1);
    expect(await breaker()).toMatchObject({ state: 'half open' });
    await due(); // the node that had it died
    expect(await probe()).toHaveLength(1);
  });

  it('stays open twice as long after each failed probe, up to the limit', async () => {
    await open();
    for (const wanted of [100_000, 200_000, 250_000, 250_000]) {
      await trail.database.run(reopenBreaker, { lane, webhookId, factor: 2, maxOpenMs: 250_000 });
      const [row] = await trail.sql<{ open_ms: number; wait_ms: number }>(
        `select open_ms, extract(epoch from next_probe_at - now())::float8 * 1000 as wait_ms
        from breaker where webhook_id = $1`,
        [uuidFromId(webhookId)],
      );
      expect(row?.open_ms).toBe(wanted);
      expect(row?.wait_ms).toBeGreaterThan(wanted - 50_000);
      expect(row?.wait_ms).toBeLessThanOrEqual(wanted);
    }
  });

  it('closes, and the failures that opened it no longer count', async () => {
    await count(200, 200);
    await open();
    await trail.database.run(closeBreaker, { lane, webhookId });
    expect(await breaker()).toMatchObject({ state: 'closed', reason: null });
    expect(await read()).toEqual({ requests: 0, errors: 0 });
    expect(await probe()).toEqual([]);
    expect(await open()).toHaveLength(1);
  });
});

describe('a webhook that was deleted', () => {
  const TABLES = ['breaker', 'delivery_count', 'rate_window', 'handshake'];
  const tablesWithRows = async (id = webhookId) => {
    const found: string[] = [];
    for (const table of TABLES) {
      const rows = await trail.sql(`select from ${table} where webhook_id = $1`, [uuidFromId(id)]);
      if (rows.length > 0) found.push(table);
    }
    return found;
  };
  const lock = () => trail.database.run(lockRateWindow, { lane, webhookId });
  const ask = () =>
    trail.database.run(takeHandshake, { lane, webhookId, subject: 's', holdMs: 17_000 });
  const writeAll = async () => {
    await count(128, 128);
    await open();
    await lock();
    await ask();
  };
  const openIds = async () =>
    (await trail.database.run(readOpenBreakers, undefined)).map((row) => row.webhook_id);

  it('has no rows, and gets none from what ends after it', async () => {
    await writeAll();
    expect(await tablesWithRows()).toEqual(TABLES);
    await trail.database.run(deleteWebhook, { accountId: 1, id: webhookId, version: 1 });
    expect(await tablesWithRows()).toEqual([]);
    expect(await count(128, 128)).toBeUndefined();
    expect([await open(), await lock(), await ask()]).toEqual([[], [], []]);
    expect(await tablesWithRows()).toEqual([]);
  });

  it('takes no count from those that are flushed with it', async () => {
    const deleted = webhookId;
    await trail.database.run(deleteWebhook, { accountId: 1, id: deleted, version: 1 });
    const other = await storeWebhook(trail);
    const counts = [deleted, other].map((id) => ({
      lane: laneOf(id),
      webhookId: id,
      requests: 3,
      errors: 2,
      windowMs: WINDOW_MS,
    }));
    expect(await trail.database.run(countOutcomes, counts)).toEqual([
      { webhook_id: other, requests: 3, errors: 2 },
    ]);
  });

  it('has no open breaker, whatever an earlier version left, until the migration removes that', async () => {
    await writeAll();
    const other = webhookId;
    webhookId = await storeWebhook(trail);
    lane = laneOf(webhookId);
    await writeAll();
    expect(await openIds()).toEqual(expect.arrayContaining([other, webhookId]));
    await trail.sql('delete from webhook where id = $1', [uuidFromId(webhookId)]);
    expect(await openIds()).toContain(other);
    expect(await openIds()).not.toContain(webhookId);
    expect(await breaker()).toBeUndefined();
    expect(await tablesWithRows()).toEqual(TABLES);
    await trail.sql(await readFile(MIGRATION, 'utf8'));
    expect(await tablesWithRows()).toEqual([]);
    expect(await tablesWithRows(other)).toEqual(TABLES);
  });
});
