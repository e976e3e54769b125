import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { makeResendable } from '../testing/archive/resendable.ts';
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
  // A retry that came due meanwhile would send one of them beside the job.
  await call(api(), 'PUT', `/v1/webhooks/${webhookId}/delivery`, {
    delivery: { breaker: null, schedule_seconds: [3_600] },
  });
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

test('neither do nodes that are killed while they send a resend', async () => {
  if (nodes.length === 0) nodes = [await start()];
  receiver.behave(answering(200));
  const count = 60;
  const acme = await makeResendable((text, values) => sql(url, text, values), {
    name: 'acme',
    endpoint: receiver.url,
    secret: 'secret',
  });
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push(await acme.add({ ageMs: 60_000 + index }));
  const asked = { kind: 'resend', query: `webhook:${acme.webhookId}`, rate: 1_000 };
  const { body } = await call((nodes[0] as ServerProcess).url, 'POST', '/v1/jobs', asked);
  const { id } = body.job;
  const seen = () => ids.filter((one) => receiver.requestsOf(one).length > 0).length;
  for (const sent of [1, 25]) {
    await eventually(`${sent} sent`, async () => seen() >= sent);
    for (const node of nodes) node.kill('SIGKILL');
    for (const node of nodes) await node.ended;
    nodes = [await start()];
    await sql(url, `update job set leased_until = '-infinity'`);
    await sql(
      url,
      'update archive_invocation set resending_until = now() where resending_until is not null',
    );
  }
  const job = await eventually('the resend to be done', async () => {
    const shown = await call((nodes[0] as ServerProcess).url, 'GET', `/v1/jobs/${id}`);
    return shown.body.job.state === 'done' ? shown.body.job : undefined;
  });
  expect(job.counts).toMatchObject({ selected: count, succeeded: count, skipped: 0 });
  const lost = new Map(
    (
      await sql<{ id: string; lost: number }>(
        url,
        `select invocation_id as id, count(*) filter (where status = 'unknown')::int as lost
        from archive_attempt where resend_id is not null group by 1`,
      )
    ).map((row) => [row.id, row.lost]),
  );
  for (const one of ids) {
    const requests = receiver.requestsOf(one).length;
    expect(requests).toBeGreaterThanOrEqual(1);
    // Once more for each request that a killed node had on the record as in flight.
    expect(requests).toBeLessThanOrEqual(1 + (lost.get(uuidFromId(one)) ?? 0));
  }
  // At most four were in flight at each kill.
  expect([...lost.values()].reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(8);
}, 120_000);

test('nor does an erasure leave anything behind, or half of it', async () => {
  if (nodes.length === 0) nodes = [await start()];
  const count = 101;
  const word = 'killedquark';
  receiver.behave(({ body }, response) => response.writeHead(200).end(body));
  const api = () => (nodes[0] as ServerProcess).url;
  const webhookId = await subscribe(api(), 'test.erased', receiver.url);
  const event = { type: 'test.erased', detail: { note: word } };
  await call(api(), 'POST', '/v1/events/batch', Array(count - 1).fill(event));
  const key = { 'idempotency-key': `key-of-${word}` };
  await call(api(), 'POST', '/v1/events', event, key);
  await eventually('all delivered', async () => {
    const rows = await sql(
      url,
      `select from invocation where event_type = 'test.erased' and status = 'success'`,
    );
    return rows.length === count;
  });

  /** Holds what a statement of the job will wait for. */
  async function hold(statement: string): Promise<pg.Client> {
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query(`begin; ${statement}`);
    return holder;
  }
  const waitsIn = (statement: string) =>
    eventually(`the job to wait in ${statement}`, async () => {
      const rows = await sql(
        url,
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
          and pid <> pg_backend_pid() and strpos(query, $1) > 0`,
        [statement],
      );
      return rows.length > 0;
    });
  async function kill(): Promise<void> {
    for (const node of nodes) node.kill('SIGKILL');
    for (const node of nodes) await node.ended;
  }
  async function goOn(holder: pg.Client): Promise<void> {
    await holder.end();
    nodes = [await start()];
    await sql(url, `update job set leased_until = '-infinity'`);
  }
  const erased = async () =>
    (
      await sql<{ events: number; invocations: number; attempts: number; counted: number }>(
        url,
        `select
          (select count(*) from event where type = 'test.erased' and erased_at is not null)::int as events,
          (select count(*) from invocation where event_type = 'test.erased' and erased_at is not null)::int
            as invocations,
          (select count(*) from attempt a join invocation i on i.id = a.invocation_id
            where i.event_type = 'test.erased' and a.response_body is null)::int as attempts,
          (select (progress ->> 'erased')::int from job where kind = 'erase') as counted`,
      )
    )[0];
  const same = (all: number) => ({ events: all, invocations: all, attempts: all, counted: all });

  const selecting = await hold('lock table erase_item in share mode');
  const asked = { kind: 'erase', query: `webhook:${webhookId}` };
  const { body } = await call(api(), 'POST', '/v1/jobs', asked);
  await waitsIn('insert into erase_item');
  await kill();
  const erasing = await hold(
    `select from event where id = (select id from event where type = 'test.erased' order by id offset 60 limit 1)
    for update`,
  );
  await goOn(selecting);
  await waitsIn('set body = null');
  await kill();
  const half = await erased();
  expect(half).toEqual(same(half?.counted as number));
  expect(half?.counted).toBeLessThanOrEqual(60);
  const forgetting = await hold('select from idempotency_key for update');
  await goOn(erasing);
  await waitsIn('array_agg(s.key) as keys');
  await kill();
  expect(await erased()).toEqual(same(count));
  await goOn(forgetting);
  const job = await eventually('the erasure to be done', async () => {
    const shown = await call(api(), 'GET', `/v1/jobs/${body.job.id}`);
    return shown.body.job.state === 'done' ? shown.body.job : undefined;
  });
  expect(job.counts).toMatchObject({
    selected: count,
    erased: count,
    invocations: count,
    attempts: count,
    waiting: 0,
    skipped: 0,
  });
  for (const table of ['event', 'invocation', 'attempt', 'idempotency_key']) {
    const left = await sql(url, `select from ${table} t where t::text like '%${word}%'`);
    expect(left, table).toEqual([]);
  }
}, 120_000);
