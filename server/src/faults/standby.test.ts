import { type DatabaseGate, startDatabaseGate } from '@hooktrail/harness/database-gate';
import { eventually } from '@hooktrail/harness/eventually';
import type { OwnPostgres } from '@hooktrail/harness/own-postgres';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectWholeTrail } from '../testing/expect-whole-trail.ts';
import { makeOwnPostgres } from '../testing/own-postgres.ts';
import { type Publishers, startPublishers } from '../testing/publishers.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { call, makeDue, sql } from '../testing/test-node.ts';

const TYPE = 'fail.over';

let primary: OwnPostgres;
let standby: OwnPostgres;
let receiver: Receiver;
let postgreses: OwnPostgres[];
let servers: ServerProcess[];
let gate: DatabaseGate | undefined;

beforeEach(async () => {
  postgreses = [];
  servers = [];
  gate = undefined;
  receiver = await startReceiver();
  primary = await makeOwnPostgres();
  postgreses.push(primary);
  standby = await primary.standby();
  postgreses.push(standby);
  await primary.start({ synchronous_standby_names: '*' });
  await standby.start();
  await eventually('the standby to be synchronous', async () => {
    const rows = await sql(
      primary.url,
      `select from pg_stat_replication where sync_state = 'sync' and state = 'streaming'`,
    );
    return rows.length === 1;
  });
}, 120_000);

afterEach(async () => {
  for (const server of servers) {
    server.kill('SIGKILL');
    await server.ended;
  }
  await gate?.close();
  for (const postgres of postgreses.reverse()) await postgres.remove();
  await receiver.close();
});

async function node(databaseUrl: string): Promise<ServerProcess> {
  const server = await startServer({ HOOKTRAIL_DATABASE_URL: databaseUrl });
  servers.push(server);
  return server;
}

async function manyAccepted(publishers: Publishers): Promise<void> {
  const before = publishers.accepted.size;
  await eventually('the load', () => publishers.accepted.size >= before + 100);
}

/** Kills the primary while publishers wait for the standby, which lacks what they published. */
async function killUnderLoad(): Promise<void> {
  await standby.freeze();
  await eventually('commits that wait for the standby', async () => {
    const waiting = await sql(
      primary.url,
      `select from pg_stat_activity where wait_event = 'SyncRep' and application_name ~ '^hooktrail [0-9]+$'`,
    );
    return waiting.length > 0;
  });
  await primary.kill();
  await standby.thaw();
}

const promote = () => sql(standby.url, 'select pg_promote()');

describe('the primary is killed under load and its synchronous standby promoted', () => {
  test('nodes whose address then leads to it lose nothing, and recover by themselves', async () => {
    gate = await startDatabaseGate(primary.url);
    const nodes = [await node(gate.url), await node(gate.url)] as const;
    await subscribe(nodes[0].url, TYPE, receiver.url);
    await eventually('the other node to have it', async () => {
      const { body } = await call(nodes[1].url, 'GET', '/api/v2/webhooks');
      return body.webhooks.length === 1;
    });
    const loads = nodes.map(({ url }) => startPublishers({ url: () => url, type: TYPE }));
    for (const load of loads) await manyAccepted(load);

    await killUnderLoad();
    const killedMs = Date.now();
    // The address leads to the standby before its promotion: it answers, but accepts no writes.
    gate.pointAt(standby.url);
    const reached = loads.map(({ refusals }) => refusals.length);
    await eventually('refusals by the standby', () =>
      loads.every(({ refusals }, index) => refusals.length >= (reached[index] as number) + 20),
    );
    for (const { url } of nodes) {
      expect((await call(url, 'GET', '/healthz')).status).toBe(200);
      expect((await call(url, 'GET', '/api/v2/webhooks')).status).toBe(200);
    }
    await promote();
    const promotedMs = Date.now();
    for (const load of loads) {
      const before = load.accepted.size;
      await eventually('publishing to continue', () => load.accepted.size > before);
    }
    console.info(
      `publishing continued ${Date.now() - promotedMs} ms after the promotion, ` +
        `${Date.now() - killedMs} ms after the death of the primary`,
    );
    for (const load of loads) await manyAccepted(load);
    for (const load of loads) {
      await load.stop();
      for (const { status, retryAfter } of load.refusals) {
        expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '1' });
      }
    }
    await makeDue(standby.url, { expired: true });
    const accepted = new Map(loads.flatMap((load) => [...load.accepted]));
    const repeated = await expectWholeTrail(standby.url, receiver, accepted);
    console.info(`${accepted.size} accepted, ${repeated} repeated requests`);
  }, 180_000);

  test('nodes that are restarted with its address lose nothing', async () => {
    let current = await node(primary.url);
    await subscribe(current.url, TYPE, receiver.url);
    const load = startPublishers({ url: () => current.url, type: TYPE });
    await manyAccepted(load);

    await killUnderLoad();
    await promote();
    const before = current;
    current = await node(standby.url);
    // It cannot record its last outcomes any longer; the other node sends those requests again.
    before.kill('SIGKILL');
    await manyAccepted(load);
    await load.stop();
    expect(load.refusals.filter(({ status }) => status !== 503 && status !== 0)).toEqual([]);
    await makeDue(standby.url, { expired: true });
    await eventually('all invocations to be final', async () => {
      const left = await sql(standby.url, 'select from invocation where due_at is not null');
      return left.length === 0;
    });
    const stored = await sql<{ id: string }>(
      standby.url,
      `select e.body::json ->> 'id' as id from event e join invocation i on i.event_id = e.id
      where i.status = 'success'`,
    );
    const delivered = new Set(stored.map(({ id }) => id));
    expect([...load.accepted.keys()].filter((id) => !delivered.has(id))).toEqual([]);
    expect(delivered.size).toBe(stored.length);
    for (const id of load.accepted.values()) {
      expect(receiver.requestsOf(id).length).toBeGreaterThan(0);
    }
  }, 180_000);
});
