import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { firstIdAt, uuidFromId } from '../model/ids.ts';
import { DAY_MS } from '../model/time-units.ts';
import {
  createTestTrail,
  storeInvocations,
  type TestTrail,
  webhooksOfLane,
} from '../testing/test-trail.ts';
import { claimInvocations } from './claim-invocations.ts';
import { findDueWebhooks } from './find-due-webhooks.ts';
import { nextDue } from './next-due.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail({ days: 3 });
});
afterAll(() => trail.drop());

/** How far two waits measured in a row may differ. */
const SLACK_MS = 50_000;

/** Each day in a range of its own, and the rest before them. */
function due(lane: number, withinMs = 200_000) {
  const today = Math.floor(Date.now() / DAY_MS);
  const bounds = [2, 1, 0, -1, -2].map((days) => firstIdAt((today + days) * DAY_MS));
  bounds.push(firstIdAt(0));
  const ranges = bounds
    .slice(1)
    .map((firstId, index) => ({ firstId, endId: bounds[index] as string }));
  return { lane, withinMs, ranges };
}

describe('findDueWebhooks and nextDue', () => {
  it('find what is due within the time, and nothing later', async () => {
    const [soon, late, both] = webhooksOfLane(5, 3) as [string, string, string];
    await storeInvocations(trail, { webhookId: soon, dueInMs: 50_000 });
    await storeInvocations(trail, { webhookId: late, dueInMs: 90_000, count: 3 });
    await storeInvocations(trail, { webhookId: both, dueInMs: 3_600_000, count: 3 });
    await storeInvocations(trail, { webhookId: both, dueInMs: -1, atMs: Date.now() - DAY_MS });
    const found = await trail.database.run(findDueWebhooks, due(5, 70_000));
    expect(found.map((row) => row.webhook_id).sort()).toEqual([soon, both].sort());
    expect(found.find((row) => row.webhook_id === both)?.in_ms).toBeLessThan(0);
  });

  it('return the earliest due time of each webhook, over all partitions', async () => {
    const [one, two, done, none] = webhooksOfLane(1, 4) as [string, string, string, string];
    await storeInvocations(trail, { webhookId: one, dueInMs: 500_000 });
    await storeInvocations(trail, {
      webhookId: one,
      dueInMs: 100_000,
      atMs: Date.now() - 2 * DAY_MS,
    });
    await storeInvocations(trail, { webhookId: two, dueInMs: -60_000, count: 50 });
    const [id] = await storeInvocations(trail, { webhookId: done });
    await trail.sql('update invocation set due_at = null where id = $1', [
      uuidFromId(id as string),
    ]);

    const found = await trail.database.run(findDueWebhooks, due(1));
    const asked = await trail.database.run(nextDue, {
      lane: 1,
      webhooks: [one, two, done, none].map((webhookId) => ({ webhookId })),
    });
    for (const rows of [found, asked]) {
      const waits = new Map(rows.map((row) => [row.webhook_id, row.in_ms]));
      expect([...waits.keys()].sort()).toEqual([one, two].sort());
      expect(waits.get(one)).toBeGreaterThan(100_000 - SLACK_MS);
      expect(waits.get(one)).toBeLessThanOrEqual(100_000);
      expect(waits.get(two)).toBeGreaterThan(-60_000 - SLACK_MS);
      expect(waits.get(two)).toBeLessThanOrEqual(-60_000);
    }
    expect(await trail.database.run(findDueWebhooks, due(2))).toEqual([]);
    expect(await trail.database.run(nextDue, { lane: 2, webhooks: [{ webhookId: one }] })).toEqual(
      [],
    );
    expect(await trail.database.run(nextDue, { lane: 1, webhooks: [] })).toEqual([]);
  });

  it('read little while a transaction that stays open keeps what was delivered', async () => {
    const lane = 5;
    const [webhookId] = webhooksOfLane(lane, 1) as [string];
    const client = new pg.Client({ connectionString: trail.url });
    const foreign = new pg.Client({ connectionString: trail.url });
    for (const one of [client, foreign]) {
      await one.connect();
      onTestFinished(() => one.end());
    }
    await foreign.query('begin isolation level repeatable read; select count(*) from invocation');
    const delivered = await storeInvocations(trail, { webhookId, count: 2_000 });
    await trail.sql('update invocation set due_at = null where id = any ($1)', [
      delivered.map(uuidFromId),
    ]);
    const fromMs = Date.now();
    await storeInvocations(trail, { webhookId, count: 3, dueInMs: 0 });
    await client.query('begin');
    const read = async () => {
      const { rows } = await client.query(
        `select coalesce(sum(pg_stat_get_xact_tuples_returned(indexrelid)), 0)::integer as entries
        from pg_index where pg_get_indexdef(indexrelid) like '%due_at%'`,
      );
      return rows[0].entries as number;
    };
    const next = nextDue.values({ lane, webhooks: [{ webhookId, fromMs }] });
    expect((await client.query(nextDue.text, next)).rows).toHaveLength(1);
    const wanted = [{ webhookId, room: 5, fromMs }];
    const claim = claimInvocations.values({ lane, wanted, leaseMs: 30_000 });
    expect((await client.query(claimInvocations.text, claim)).rows).toHaveLength(3);
    expect(await read()).toBeLessThan(100);
  });

  it('find exactly the webhooks with waiting invocations', async () => {
    const lane = 3;
    const webhookIds = webhooksOfLane(lane, 8);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ webhook: fc.nat(7), ago: fc.nat(2) }), { maxLength: 20 }),
        async (rows) => {
          await trail.sql('delete from invocation where lane = $1', [lane]);
          for (const { webhook, ago } of rows) {
            const webhookId = webhookIds[webhook] as string;
            await storeInvocations(trail, { webhookId, atMs: Date.now() - ago * DAY_MS });
          }
          const found = await trail.database.run(findDueWebhooks, due(lane));
          expect(found.map((row) => row.webhook_id).sort()).toEqual(
            [...new Set(rows.map(({ webhook }) => webhookIds[webhook] as string))].sort(),
          );
        },
      ),
      { numRuns: 15 },
    );
  });
});
