import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { eventually } from '@hooktrail/harness/eventually';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql, startTestNode, type TestNode } from '../testing/test-node.ts';

/**
 * A receiver that closes idle connections without announcing it, at a distance: a request that is
 * written while the end is on its way is lost. `npm run idle-connections -- --minutes 10` sets
 * these to 2 s each; here everything is faster, so that 6 s hold as many such moments as some
 * minutes there.
 */
const SECONDS = Number(process.env['HOOKTRAIL_TEST_IDLE_SECONDS'] ?? 6);
const IDLE_MS = Number(process.env['HOOKTRAIL_TEST_IDLE_MS'] ?? 300);
const ONE_WAY_MS = 40;
const WEBHOOKS = 24;

let database: TestDatabase;
let node: TestNode;
let receiver: Server;
const sockets = new Set<Socket>();
const received = new Set<string>();

/** Answers after the way to and fro, and ends a connection that was idle for too long. */
function serve(socket: Socket): void {
  sockets.add(socket);
  let idle: NodeJS.Timeout | undefined;
  let isOver = false;
  let text = '';
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
  // What arrives reaches the receiver later; if it has closed by then, the answer is a reset.
  socket.on('data', (bytes: Buffer) =>
    setTimeout(() => {
      if (isOver) {
        socket.resetAndDestroy();
        return;
      }
      clearTimeout(idle);
      text += bytes.toString('latin1');
      const id = /x-zendesk-webhook-invocation-id: (\w+)/i.exec(text)?.[1];
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN);
      if (id === undefined || !(text.length >= text.indexOf('\r\n\r\n') + 4 + length)) return;
      text = '';
      received.add(id);
      idle = setTimeout(() => {
        isOver = true;
        setTimeout(() => socket.end(), ONE_WAY_MS);
      }, IDLE_MS);
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), ONE_WAY_MS);
    }, ONE_WAY_MS),
  );
}

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = createServer(serve);
  await new Promise<void>((resolve) => receiver.listen(0, '0.0.0.0', resolve));
  const account = { profile: 'zendesk' };
  expect((await node.call('PUT', '/v1/account', { account })).status).toBe(200);
});

afterAll(async () => {
  await node.stop();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => receiver.close(resolve));
  await database.drop();
});

async function webhookWith(type: string, number: number): Promise<void> {
  const { port } = receiver.address() as AddressInfo;
  const created = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      // Each has an origin of its own, and so its own connections.
      endpoint: `http://127.0.0.${number + 1}:${port}/`,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
    },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const path = `/v1/webhooks/${created.body.webhook.id}/delivery`;
  expect((await node.call('PUT', path, { delivery: { rate_limit: null } })).status).toBe(200);
}

test(
  'a receiver that closes idle connections without a word gets every event',
  async () => {
    const types = Array.from({ length: WEBHOOKS }, (_, n) => `test.idle.number_${n}`);
    for (const [number, type] of types.entries()) await webhookWith(type, number);
    const endMs = performance.now() + SECONDS * 1_000;
    let published = 0;
    await Promise.all(
      types.map(async (type) => {
        while (performance.now() < endMs) {
          const { status } = await node.call('POST', '/v1/events', { type });
          expect(status).toBe(202);
          published++;
          // Random traffic: the time between two events has no memory.
          const waitMs = -Math.log(1 - Math.random()) * IDLE_MS;
          await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
      }),
    );
    const [counts] = await eventually('every event', async () => {
      const rows = await sql<Record<string, number>>(
        database.url,
        `select
          count(*)::int as all,
          count(*) filter (where status = 'success')::int as delivered,
          coalesce(sum(attempts_count), 0)::int as attempts,
          coalesce(sum(manual_count), 0)::int as uncounted
        from invocation`,
      );
      return rows[0]?.['delivered'] === published && rows;
    });
    expect(counts).toMatchObject({ all: published, delivered: published });
    expect(received.size).toBe(published);
    // Otherwise this would test nothing. Every request is on the record.
    expect(counts?.['uncounted']).toBeGreaterThan(0);
    expect(counts?.['attempts']).toBe(published + Number(counts?.['uncounted']));
    const kinds = await sql(
      database.url,
      `select status, split_part(error_message, ':', 1) as class, count(*)::int as count
    from attempt where status <> 'success' group by 1, 2`,
    );
    console.log(`${published} events, ${counts?.['uncounted']} over a connection that was closed`);
    expect(kinds).toEqual([
      { status: 'failed', class: 'stale connection', count: counts?.['uncounted'] },
    ]);
  },
  (SECONDS + 120) * 1_000,
);
