import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { call, sql } from '../testing/test-node.ts';

const COUNT = 400;

let url: string;
let drop: () => Promise<void>;
let receiver: Receiver;
let nodes: ServerProcess[] = [];

const start = () =>
  startServer({
    HOOKTRAIL_DATABASE_URL: url,
    HOOKTRAIL_PORT: '0',
    HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
  });

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  receiver = await startReceiver({ behaviour: answering(500) });
});
afterAll(async () => {
  for (const node of nodes) node.kill('SIGTERM');
  for (const node of nodes) await node.ended;
  await receiver.close();
  await drop();
});

test('nodes that are killed again and again neither skip nor repeat what a job sends', async () => {
  nodes = [await start(), await start()];
  const api = () => (nodes[0] as ServerProcess).url;
  const webhookId = await subscribe(api(), 'test.killed', receiver.url);
  await call(api(), 'PUT', `/v1/webhooks/${webhookId}/delivery`, { delivery: { breaker: null } });
  const ids: string[] = [];
  for (let batch = 0; batch < COUNT / 100; batch++) {
    const events = Array.from({ length: 100 }, () => ({ type: 'test.killed' }));
    const { body } = await call(api(), 'POST', '/v1/events/batch', events);
    for (const { invocations } of body.results) ids.push(invocations[0].id);
  }
  await eventually('all lost', async () => {
    const rows = await sql(url, `select from invocation where status = 'server error'`);
    return rows.length === COUNT;
  });
  await sql(url, 'update invocation set due_at = null');
  const before = new Map(ids.map((id) => [id, receiver.requestsOf(id).length]));
  receiver.behave(answering(200));

  const created = await call(api(), 'POST', '/v1/jobs', {
    kind: 'replay',
    query: `webhook:${webhookId}`,
    rate: 100,
  });
  expect(created.status).toBe(201);
  const { id } = created.body.job;
  const countsOf = async () =>
    (
      await sql<{ state: string; progress: { sent: number; selected: number } }>(
        url,
        'select state, progress from job where id = $1',
        [uuidFromId(id)],
      )
    )[0] as { state: string; progress: { sent: number; selected: number } };
  // While it selects, and then at several places of its way.
  for (const sent of [0, 60, 150, 250]) {
    await eventually(`${sent} sent`, async () => (await countsOf()).progress.sent >= sent);
    // The one that holds the job is either of them.
    for (const node of nodes) node.kill('SIGKILL');
    for (const node of nodes) await node.ended;
    nodes = [await start(), await start()];
    await sql(url, `update job set leased_until = '-infinity'`);
    await sql(url, 'update invocation set due_at = now() where leased');
  }
  await eventually('the job to be done', async () => (await countsOf()).state === 'done');
  const { body } = await call(api(), 'GET', `/v1/jobs/${id}`);
  expect(body.job.counts).toMatchObject({ selected: COUNT, succeeded: COUNT, skipped: 0 });
  const replayed = ids.map((one) => receiver.requestsOf(one).length - (before.get(one) ?? 0));
  const lost = new Map(
    (
      await sql<{ id: string; lost_count: number }>(url, 'select id, lost_count from invocation')
    ).map((row) => [row.id, row.lost_count]),
  );
  for (const [index, count] of replayed.entries()) {
    expect(count).toBeGreaterThanOrEqual(1);
    // Once more for each lease under which a node was killed.
    expect(count).toBeLessThanOrEqual(1 + (lost.get(uuidFromId(ids[index] as string)) ?? 0));
  }
  expect(replayed.filter((count) => count === 1).length).toBeGreaterThan(COUNT / 2);
}, 120_000);
