import { eventually } from '@hooktrail/harness/eventually';
import { freePort } from '@hooktrail/harness/free-port';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { BLAMES_TO_GIVE_UP, LOST_TO_SUSPECT } from '../model/suspicion.ts';
import { scrape } from '../testing/scrape.ts';
import { type ServerProcess, spawnServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, sql, startTestNode, TOKEN } from '../testing/test-node.ts';

/** Nodes that die, again and again, with work in flight. Only an invocation that kills them may end. */

/** A start takes a second on an idle machine, and fifteen where ten other programs want its two cores. */
const MANY_STARTS_MS = 400_000;

let database: TestDatabase;
let receiver: Receiver;
let nodes: ServerProcess[];
let webhookId: string;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  database = await createTestDatabase();
  nodes = [];
});
afterEach(async () => {
  for (const node of nodes) node.kill('SIGKILL');
  await Promise.all(nodes.map(({ ended }) => ended));
  await database.drop();
});

/** Resolves when the node listens, or has ended: it sends what is due before it says so. */
async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const node = spawnServer({ HOOKTRAIL_DATABASE_URL: database.url, ...env }) as ServerProcess;
  nodes.push(node);
  await node.up;
  return node;
}

/** Lets the leases of dead nodes expire. */
async function expireLeases(): Promise<void> {
  await sql(
    database.url,
    'update invocation set due_at = now() where leased and due_at is not null',
  );
}

/** Lets the time pass that postponed invocations wait, and tells the nodes. */
async function endWaits(): Promise<void> {
  await sql(
    database.url,
    `with ended as (
      update invocation set due_at = now() where due_at > now() and not leased returning webhook_id
    )
    select pg_notify('hooktrail_due', $1) from ended limit 1`,
    [webhookId],
  );
}

const statuses = () =>
  sql<{ status: string; count: number }>(
    database.url,
    'select status, count(*)::integer as count from invocation group by 1 order by 1',
  );

async function publish(url: string, type: string, count: number): Promise<string[]> {
  const batch = Array.from({ length: count }, () => ({ type }));
  const { status, body } = await call(url, 'POST', '/v1/events/batch', batch);
  expect(status).toBe(200);
  return body.results.map(({ invocations: [{ id }] }: { invocations: [{ id: string }] }) => id);
}

test(
  'however often nodes are killed, what waited in their memory is delivered',
  async () => {
    const DEATHS = 23;
    let seen = 0;
    let before = 0;
    receiver.behave(() => {
      seen++; // never answered: the node dies first
    });
    const first = await start();
    webhookId = await subscribe(first.url, 'often.killed', receiver.url);
    await call(first.url, 'PUT', `/v1/webhooks/${webhookId}/delivery`, {
      delivery: { concurrency: 1 },
    });
    await publish(first.url, 'often.killed', 40);
    for (let death = 0; death < DEATHS; death++) {
      const node = death === 0 ? first : await start();
      await eventually('a request', () => seen > before);
      node.kill('SIGKILL');
      await node.ended;
      before = seen;
      await expireLeases();
    }
    const [most] = await sql<{ lost: number; blamed: number }>(
      database.url,
      'select max(lost_count) as lost, max(blamed_count) as blamed from invocation',
    );
    expect(most?.lost).toBeGreaterThan(20);
    // Each death is blamed on the one that was in flight, which then waits while others are sent.
    expect(most?.blamed).toBeLessThan(BLAMES_TO_GIVE_UP);

    receiver.behave((_request, response) => response.end('ok'));
    await start();
    await eventually('all to be delivered', async () => {
      await endWaits();
      const [only, ...others] = await statuses();
      return only?.status === 'success' && others.length === 0;
    });
  },
  MANY_STARTS_MS,
);

test('a lost request stays on the record, also when the retry succeeds and after a replay', async () => {
  receiver.behave(() => undefined);
  const dying = await start();
  webhookId = await subscribe(dying.url, 'node.lost', receiver.url);
  const [id = ''] = await publish(dying.url, 'node.lost', 1);
  await eventually('the request', () => receiver.requestsOf(id).length === 1);
  dying.kill('SIGKILL');
  await dying.ended;
  receiver.behave((_request, response) => response.end('ok'));
  await expireLeases();
  const next = await start();
  const path = `/v1/webhooks/${webhookId}/invocations/${id}`;
  const settled = (attempts: number) =>
    eventually('the record', async () => {
      const { invocation } = (await call(next.url, 'GET', path)).body;
      return invocation.status === 'success' && invocation.attempts_count === attempts
        ? invocation
        : undefined;
    });
  expect(await settled(1)).toMatchObject({
    lost_leases: 1,
    timeline: [
      { what: 'accepted' },
      {
        what: 'lease lost',
        message: expect.stringMatching(/whether a request was sent is unknown/),
      },
      { what: 'attempted' },
      { what: 'recorded' },
    ],
  });
  expect((await call(next.url, 'POST', `${path}/replay`)).status).toBe(202);
  expect(await settled(2)).toMatchObject({
    lost_leases: 1,
    timeline: expect.arrayContaining([expect.objectContaining({ what: 'lease lost' })]),
  });
});

test(
  'an invocation that kills every node is sent alone, and given up with its evidence',
  async () => {
    const first = await start();
    webhookId = await subscribe(first.url, 'node.poison', receiver.url);
    const ids = new Set<string>();
    receiver.behave((request, response) => {
      const id = request.headers['x-zendesk-webhook-invocation-id'] as string;
      if (id === poison) for (const node of nodes) node.kill('SIGKILL');
      else if (ids.has(id)) response.end('ok');
      // Until the ids are known nothing is answered.
    });
    let poison = '';
    const published = await publish(first.url, 'node.poison', 30);
    poison = published[7] as string;
    for (const id of published) ids.add(id);
    let deaths = 0;
    for (let node = first; ; node = await start()) {
      const state = { ended: false };
      void node.ended.then(() => {
        state.ended = true;
      });
      const isOver = await eventually(
        'the death of the node, or the end of the poison',
        async () => {
          await endWaits();
          const failed = await sql(database.url, `select from invocation where status = 'failed'`);
          if (failed.length > 0) return { over: true };
          return state.ended ? { over: false } : undefined;
        },
      );
      if (isOver.over) break;
      deaths++;
      expect(deaths).toBeLessThan(20);
      await expireLeases();
    }
    // Three deaths made it a suspect; it was blamed for all later ones.
    expect(deaths).toBe(LOST_TO_SUSPECT + BLAMES_TO_GIVE_UP);
    const rows = await sql<{ id: string; status: string; reason: string | null }>(
      database.url,
      'select status, reason from invocation order by id',
    );
    const failed = rows.filter(({ status }) => status === 'failed');
    expect(failed).toEqual([
      { status: 'failed', reason: expect.stringMatching(/^given up: 5 nodes in a row stopped/) },
    ]);
    await eventually('the others', async () => {
      await endWaits();
      const left = await statuses();
      return left.find(({ status }) => status === 'success')?.count === 29;
    });
    const node = nodes.at(-1) as ServerProcess;
    const { invocation } = (
      await call(node.url, 'GET', `/v1/webhooks/${webhookId}/invocations/${poison}`)
    ).body;
    expect(invocation.timeline.at(-1)).toMatchObject({
      what: 'ended',
      message: expect.stringMatching(/^given up/),
    });
    expect(invocation.lost_leases).toBe(deaths);
    const counted = await scrape(`${node.url}/metrics`, { authorization: `Bearer ${TOKEN}` });
    expect(counted.by('hooktrail_invocations_finished_total', 'outcome')).toMatchObject({
      'given up': 1,
    });
  },
  MANY_STARTS_MS,
);

test('a killed node is missing for a day, or until one starts at its address; one that stops is not listed', async () => {
  const watching = await startTestNode(database.url);
  const listed = async () => {
    const { nodes: all } = (await call(watching.url, 'GET', '/v1/nodes')).body;
    return all.map((one: { address: string; state: string }) => [one.address, one.state]);
  };
  const silent = (interval: string, address: string) =>
    sql(database.url, 'update node set seen_at = now() - $1::interval where address = $2', [
      interval,
      address,
    ]);
  const up = [watching.url, 'up'];
  try {
    // Nobody else is given its port, while it is closed.
    const killed = await start({ HOOKTRAIL_PORT: String(await freePort()) });
    expect(await listed()).toEqual([up, [killed.url, 'up']]);
    killed.kill('SIGKILL');
    await killed.ended;
    // Where the limit is: list-nodes.test.ts.
    await silent('5 seconds', killed.url);
    expect(await listed()).toEqual([up, [killed.url, 'up']]);
    await silent('31 seconds', killed.url);
    expect(await listed()).toEqual([up, [killed.url, 'missing']]);

    // Another one, of another address, takes only what was not heard for a day.
    const other = await startTestNode(database.url);
    expect(await listed()).toEqual([up, [killed.url, 'missing'], [other.url, 'up']]);
    await other.stop();
    expect(await listed()).toEqual([up, [killed.url, 'missing']]);
    const next = await startTestNode(database.url, { port: Number(new URL(killed.url).port) });
    expect(await listed()).toEqual([up, [next.url, 'up']]);
    expect(next.url).toBe(killed.url);
    await next.stop();

    await sql(
      database.url,
      `insert into node select gen_random_uuid(), started_at, now() - interval '25 hours', version,
        host, 'http://gone:1', load
      from node`,
    );
    expect(await listed()).toHaveLength(2);
    await (await startTestNode(database.url)).stop();
    expect(await listed()).toEqual([up]);
  } finally {
    await watching.stop();
  }
});
