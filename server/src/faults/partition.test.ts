import { setTimeout as sleep } from 'node:timers/promises';
import { type DatabaseGate, startDatabaseGate } from '@hooktrail/harness/database-gate';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectWholeTrail } from '../testing/expect-whole-trail.ts';
import { startPublishers } from '../testing/publishers.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, makeDue, sql } from '../testing/test-node.ts';

/** Longer than a lease (30 s) and a statement (20 s) together. */
const PARTITION_MS = 60_000;

/** A statement times out after 20 s, a connection attempt after 5 s. */
const LONGEST_ANSWER_MS = 20_000 + 5_000;
const HICCUP_MS = 8_000;

let database: TestDatabase;
let leaving: TestDatabase;
let gates: DatabaseGate[];
let receiver: Receiver;
let other: Receiver;
const servers: ServerProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  leaving = await createTestDatabase();
  gates = [await startDatabaseGate(database.url), await startDatabaseGate(leaving.url)];
  receiver = await startReceiver();
  other = await startReceiver();
});

afterAll(async () => {
  for (const server of servers) {
    server.kill('SIGKILL');
    await server.ended;
  }
  for (const gate of gates) await gate.close();
  await receiver.close();
  await other.close();
  await database.drop();
  await leaving.drop();
});

async function node(databaseUrl: string): Promise<ServerProcess> {
  const server = await startServer({ HOOKTRAIL_DATABASE_URL: databaseUrl });
  servers.push(server);
  return server;
}

async function publish(url: string, type: string, count: number): Promise<string[]> {
  const batch = Array.from({ length: count }, () => ({ type }));
  const { status, body } = await call(url, 'POST', '/v1/events/batch', batch);
  expect(status).toBe(200);
  return body.results.map(
    (result: { invocations: { id: string }[] }) => (result.invocations[0] as { id: string }).id,
  );
}

async function ready(url: string): Promise<boolean> {
  return (await call(url, 'GET', '/readyz')).status === 200;
}

describe.concurrent('a node whose database stops responding', () => {
  test('for a minute refuses what it cannot store, and recovers', async () => {
    const [gate] = gates as [DatabaseGate];
    const [cut, whole] = [await node(gate.url), await node(database.url)];
    await subscribe(cut.url, 'part.load', receiver.url);
    await subscribe(cut.url, 'part.well', `${receiver.url}/well`);
    await subscribe(cut.url, 'part.ill', `${receiver.url}/ill`);
    await eventually('the other node to have them', async () => {
      const { body } = await call(whole.url, 'GET', '/api/v2/webhooks');
      return body.webhooks.length === 3;
    });
    const loads = [cut, whole].map(({ url }) =>
      startPublishers({ url: () => url, type: 'part.load', count: 2 }),
    );
    const [atCut, atOther] = loads as [(typeof loads)[0], (typeof loads)[0]];
    await eventually('the load', () => loads.every(({ accepted }) => accepted.size >= 50));

    // Requests of the node are in flight when it is cut off. They are answered after that, so their
    // outcomes wait in its memory; repeated requests are answered immediately.
    const held: (() => void)[] = [];
    receiver.behave((request, response) => {
      if (request.path === '/') return response.end('ok');
      const id = String(request.headers['x-zendesk-webhook-invocation-id']);
      const answer = () => response.writeHead(request.path === '/ill' ? 500 : 200).end();
      if (receiver.requestsOf(id).length > 1) return response.end('ok');
      return held.push(answer);
    });
    // The accepting node leases them to itself, so the other one has no part in them yet.
    const inFlight = [
      ...(await publish(cut.url, 'part.well', 20)),
      ...(await publish(cut.url, 'part.ill', 20)),
    ];
    await eventually('40 requests in flight', () => held.length === 40);
    gate.shut();
    const shutAtMs = Date.now();
    for (const answer of held) answer();

    await sleep(PARTITION_MS);
    expect(await ready(cut.url)).toBe(false);
    expect(await ready(whole.url)).toBe(true);
    for (const id of inFlight) {
      expect(receiver.requestsOf(id).length, 'the other node took over').toBe(2);
    }
    const acceptedByCut = atCut.accepted.size;
    gate.open();
    await eventually('publishing to continue', () => atCut.accepted.size > acceptedByCut + 20);
    await eventually('readiness', () => ready(cut.url));
    for (const load of loads) await load.stop();

    expect(atOther.refusals).toEqual([]);
    const refused = atCut.refusals;
    expect(refused.length).toBeGreaterThan(4);
    for (const { status, retryAfter } of refused) {
      expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '1' });
    }
    const slowest = Math.max(...refused.map(({ tookMs }) => tookMs));
    expect(slowest).toBeLessThan(LONGEST_ANSWER_MS + HICCUP_MS);
    // The first timeout is noticed for all: later requests only wait for a connection.
    const later = refused.filter(({ askedAtMs }) => askedAtMs > shutAtMs + LONGEST_ANSWER_MS);
    expect(later.length).toBeGreaterThan(0);
    const slowestLater = Math.max(...later.map(({ tookMs }) => tookMs));
    expect(slowestLater).toBeLessThan(5_000 + HICCUP_MS);
    console.info(
      `refused ${refused.length}, the slowest in ${slowest} ms, then ${slowestLater} ms`,
    );

    const accepted = new Map([...atCut.accepted, ...atOther.accepted]);
    for (const id of inFlight) accepted.set(id, id);
    await makeDue(database.url);
    const repeated = await expectWholeTrail(database.url, receiver, accepted);
    expect(repeated).toBeGreaterThanOrEqual(40);
    for (const id of inFlight) expect(receiver.requestsOf(id)).toHaveLength(2);
  }, 300_000);

  test('stops on SIGTERM', async () => {
    const [, gate] = gates as [DatabaseGate, DatabaseGate];
    const server = await node(gate.url);
    await subscribe(server.url, 'part.stop', other.url);
    const [id] = await publish(server.url, 'part.stop', 1);
    await eventually('the request', () => other.requestsOf(id as string).length === 1);
    gate.shut();
    server.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    gate.open();
    const rows = await sql(leaving.url, 'select attempts_count from invocation');
    expect(rows).toHaveLength(1);
  }, 300_000);
});
