import { eventually } from '@hooktrail/harness/eventually';
import { type ReceivedRequest, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { shiftedClock } from '@hooktrail/harness/shifted-clock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idTimeMs } from '../model/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { expectWholeTrail } from '../testing/expect-whole-trail.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, sql } from '../testing/test-node.ts';

/** Far less than the clocks are wrong, and more than anything here takes on a busy machine. */
const ABOUT_MS = 10 * MINUTE_MS;

let database: TestDatabase;
let receiver: Receiver;
let servers: ServerProcess[];
let begunMs: number;

beforeEach(async () => {
  servers = [];
  database = await createTestDatabase();
  receiver = await startReceiver();
  begunMs = Date.now();
});

afterEach(async () => {
  for (const server of servers) {
    server.kill('SIGKILL');
    await server.ended;
  }
  await receiver.close();
  await database.drop();
});

async function node(shiftMs: number, jumpMs = 0): Promise<ServerProcess> {
  const server = await startServer({
    HOOKTRAIL_DATABASE_URL: database.url,
    ...shiftedClock({ shiftMs, jumpMs }),
  });
  servers.push(server);
  return server;
}

async function publish(url: string, type: string, count: number): Promise<[string, string][]> {
  const batch = Array.from({ length: count }, () => ({ type }));
  const { body } = await call(url, 'POST', '/v1/events/batch', batch);
  return body.results.map(
    (result: { event: { id: string }; invocations: [{ id: string }] }): [string, string] => [
      result.event.id,
      result.invocations[0].id,
    ],
  );
}

function expectNow(timeMs: number, what: string): void {
  expect(timeMs, what).toBeGreaterThan(begunMs - ABOUT_MS);
  expect(timeMs, what).toBeLessThan(Date.now() + ABOUT_MS);
}

function expectSignedNow(requests: readonly ReceivedRequest[]): void {
  for (const { headers } of requests) {
    expectNow(
      Date.parse(String(headers['x-zendesk-webhook-signature-timestamp'])),
      'the time of a signature',
    );
  }
}

/**
 * Expects a node with a wrong clock to list the invocations newest first, all with the true time.
 */
async function expectListedNow(url: string, webhookId: string, count: number): Promise<void> {
  const invocations: { id: string; created_at: string; latest_completed_at: string }[] = [];
  for (let cursor = ''; ; ) {
    const path = `/api/v2/webhooks/${webhookId}/invocations${cursor}`;
    const { body } = await call(url, 'GET', path);
    invocations.push(...body.invocations);
    if (body.meta.after_cursor === undefined) break;
    cursor = `?page[after]=${body.meta.after_cursor}`;
  }
  expect(invocations).toHaveLength(count);
  for (const { id, created_at } of invocations) {
    expectNow(idTimeMs(id), 'the time in an id');
    expectNow(Date.parse(created_at), 'created_at');
  }
  const times = invocations.map(({ latest_completed_at }) => Date.parse(latest_completed_at));
  expect(times).toEqual([...times].sort((a, b) => b - a));
  for (const timeMs of times) expectNow(timeMs, 'latest_completed_at');
}

describe('nodes whose clocks are wrong', () => {
  test.each([
    ['an hour ahead and an hour behind', HOUR_MS, -HOUR_MS],
    ['forty days ahead and forty behind', 40 * DAY_MS, -40 * DAY_MS],
  ])(
    'by %s write one trail, and send nothing twice',
    async (_what, ahead, behind) => {
      const nodes = [await node(ahead), await node(behind)] as const;
      receiver.behave((_request, response) => setTimeout(() => response.end('ok'), 20));
      const webhookId = await subscribe(nodes[0].url, 'clock.wrong', receiver.url);
      await eventually('the other node to have it', async () => {
        const { status } = await call(nodes[1].url, 'GET', `/api/v2/webhooks/${webhookId}`);
        return status === 200;
      });
      // More than either node has capacity for: the rest is due, and any node claims it.
      const accepted = new Map<string, string>();
      for (const { url } of [...nodes, ...nodes]) {
        for (const [event, id] of await publish(url, 'clock.wrong', 1_000)) accepted.set(event, id);
      }
      expect(await expectWholeTrail(database.url, receiver, accepted)).toBe(0);
      expectSignedNow(receiver.requests);
      for (const { url } of nodes) await expectListedNow(url, webhookId, 4_000);

      const days = Array.from({ length: 5 }, (_, index) =>
        new Date(begunMs + (index - 1) * DAY_MS).toISOString().slice(0, 10).replaceAll('-', ''),
      );
      const tables = await sql<{ name: string }>(
        database.url,
        `select inhrelid::regclass::text as name from pg_inherits
      where inhparent = 'invocation'::regclass and inhrelid::regclass::text <> 'invocation_default'
      order by 1`,
      );
      // A test that runs over midnight has one more.
      expect(tables.map(({ name }) => name).slice(0, 5)).toEqual(
        days.map((day) => `invocation_${day}`),
      );
    },
    120_000,
  );

  test.each([
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ])('a clock that is set %s while the node works changes nothing', async (_what, jumpMs) => {
    const jumping = await node(0, jumpMs);
    await node(0);
    const held: (() => void)[] = [];
    receiver.behave((_request, response) => held.push(() => response.end('ok')));
    await subscribe(jumping.url, 'clock.set', receiver.url);
    // 64 requests are in flight; the rest waits in memory, with leases of 30 s.
    const accepted = new Map(await publish(jumping.url, 'clock.set', 200));
    await eventually('64 requests in flight', () => held.length === 64);

    jumping.kill('SIGUSR2');
    await eventually('the jump', () => jumping.output().includes('the clock jumped'));
    receiver.behave((_request, response) => response.end('ok'));
    for (const answer of held) answer();
    for (const [event, id] of await publish(jumping.url, 'clock.set', 200)) accepted.set(event, id);
    expect(await expectWholeTrail(database.url, receiver, accepted)).toBe(0);
    expectSignedNow(receiver.requests);
    for (const id of accepted.values()) expectNow(idTimeMs(id), 'the time in an id');
  });
});
