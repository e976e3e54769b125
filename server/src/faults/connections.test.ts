import { eventually } from '@hooktrail/harness/eventually';
import type { OwnPostgres } from '@hooktrail/harness/own-postgres';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectWholeTrail } from '../testing/expect-whole-trail.ts';
import { makeOwnPostgres } from '../testing/own-postgres.ts';
import { type Publishers, startPublishers } from '../testing/publishers.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { call, makeDue } from '../testing/test-node.ts';

const TYPE = 'no.connection';
const MAX_CONNECTIONS = 30;

let postgres: OwnPostgres;
let receiver: Receiver;
let server: ServerProcess;
let load: Publishers;
let undo: (() => Promise<unknown>)[];
let webhookId: string;
let admin: pg.Client;

beforeEach(async () => {
  undo = [];
  receiver = await startReceiver();
  undo.push(() => receiver.close());
  postgres = await makeOwnPostgres();
  undo.push(() => postgres.remove());
  await postgres.start({ max_connections: String(MAX_CONNECTIONS) });
  server = await startServer({ HOOKTRAIL_DATABASE_URL: postgres.url });
  undo.push(() => {
    server.kill('SIGKILL');
    return server.ended;
  });
  webhookId = await subscribe(server.url, TYPE, receiver.url);
  admin = await connection();
  undo.push(() => admin.end());
  load = startPublishers({ url: () => server.url, type: TYPE });
  undo.push(() => load.stop());
  await eventually('the load', () => load.accepted.size >= 50);
}, 120_000);

afterEach(async () => {
  for (const step of undo.reverse()) await step();
});

async function connection(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function recovers(): Promise<void> {
  const before = load.accepted.size;
  await eventually('publishing to continue', () => load.accepted.size >= before + 50);
  await load.stop();
  for (const { status, retryAfter } of load.refusals) {
    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '1' });
  }
  await makeDue(postgres.url, { expired: true });
  await expectWholeTrail(postgres.url, receiver, load.accepted);
}

describe('a node without a connection to its database', () => {
  test('because others use them all refuses what it cannot store, and recovers', async () => {
    const others: pg.Client[] = [];
    await eventually('all connections to be taken', async () => {
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name like 'hooktrail%'`,
      );
      for (;;) {
        const taken = await connection().catch((error: { code?: string }) => error.code ?? '');
        if (typeof taken === 'string') {
          expect(taken).toBe('53300');
          return others.length === MAX_CONNECTIONS - 1;
        }
        others.push(taken);
      }
    });
    const before = load.refusals.length;
    await eventually('refusals', () => load.refusals.length >= before + 20);
    expect((await call(server.url, 'GET', '/healthz')).status).toBe(200);
    expect((await call(server.url, 'GET', '/readyz')).status).toBe(503);
    for (const other of others) await other.end();
    await recovers();
  }, 120_000);

  test('because a transaction locks what publishing writes refuses nothing it has taken, and recovers', async () => {
    await admin.query('begin');
    await admin.query('lock table invocation');
    const watcher = await connection();
    undo.push(() => watcher.end());
    const before = load.accepted.size;
    // The statements that publish, claim and record keep the connections that they have.
    await eventually('publishing to wait', async () => {
      const { rows } = await watcher.query<{ waiting: number }>(
        `select count(*)::integer as waiting from pg_stat_activity where wait_event_type = 'Lock'`,
      );
      return (rows[0]?.waiting ?? 0) >= 4;
    });
    expect((await call(server.url, 'GET', '/healthz')).status).toBe(200);
    await admin.query('commit');
    await eventually('what was taken to be accepted', () => load.accepted.size > before);
    await recovers();
  }, 120_000);

  test('changes that wait for a lock leave publishing its connections', async () => {
    await admin.query('begin');
    await admin.query('lock table webhook');
    // Before accounts took turns, these held every connection that publishing uses as well.
    const changes = Array.from({ length: 40 }, (_, index) =>
      call(server.url, 'PATCH', `/api/v2/webhooks/${webhookId}`, {
        webhook: { description: String(index) },
      }),
    );
    const before = load.accepted.size;
    await eventually('publishing to go on', () => load.accepted.size >= before + 200);
    expect(load.refusals).toEqual([]);
    await admin.query('commit');
    for (const { status } of await Promise.all(changes)) expect([204, 503]).toContain(status);
    await recovers();
  }, 120_000);
});
