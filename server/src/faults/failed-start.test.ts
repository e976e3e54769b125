import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, sql, startTestNode, type TestNode } from '../testing/test-node.ts';

/**
 * A node that cannot finish its start ends. Had it begun to send before, requests in flight would end with
 * it, and a database that is away would never learn their outcomes.
 */

let database: TestDatabase;
let receiver: Receiver;
let webhookId: string;
let id: string;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  const node = await startTestNode(database.url);
  webhookId = await subscribe(node.url, 'failed.start', receiver.url);
  const { body } = await call(node.url, 'POST', '/v1/events', { type: 'failed.start' });
  id = body.invocations[0].id;
  await eventually('the delivery', () => receiver.requestsOf(id).length === 1);
  await node.stop();
  // As a node leaves it that died while it sent.
  await sql(database.url, 'update invocation set leased = true, due_at = now()');
});

afterAll(async () => {
  await receiver.close();
  await database.drop();
});

/** How often it was leased and sent since. */
async function begun(): Promise<{ leases: number; requests: number }> {
  const [row] = await sql<{ lost_count: number }>(
    database.url,
    'select lost_count from invocation',
  );
  return { leases: row?.lost_count as number, requests: receiver.requestsOf(id).length - 1 };
}

describe('a node whose start fails', () => {
  test('because it loses its database has leased and sent nothing, though another node said that it is due', async () => {
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    const blocked = async (count: number) => {
      const rows = await sql<{ pid: number }>(
        database.url,
        `select pid from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length === count ? rows.map(({ pid }) => pid) : undefined;
    };
    await blocker.query('begin');
    await blocker.query('lock table breaker');
    const started = startTestNode(database.url).then(
      () => 'up',
      (error: unknown) => error,
    );
    await eventually('the start to read breakers', () => blocked(1));
    await sql(database.url, 'select pg_notify($1, $2)', ['hooktrail_due', webhookId]);
    await sql(database.url, 'select pg_notify($1, $2)', ['hooktrail_breaker', webhookId]);
    const pids = await eventually('it to hear both', () => blocked(2));
    for (const pid of pids) await sql(database.url, 'select pg_terminate_backend($1)', [pid]);
    expect(await started).toBeInstanceOf(Error);
    await blocker.end();
    expect(await begun()).toEqual({ leases: 0, requests: 0 });
  });

  test('because its port is taken has leased and sent nothing, and the next one does', async () => {
    await expect(startTestNode(database.url, { port: receiver.port })).rejects.toThrow(/in use/);
    expect(await begun()).toEqual({ leases: 0, requests: 0 });

    // Its first sweep finds what is due.
    const next: TestNode = await startTestNode(database.url);
    await eventually('the delivery', async () => (await begun()).requests === 1);
    expect((await begun()).leases).toBe(1);
    await next.stop();
  });
});
