import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idFromUuid, idTimeMs } from '../model/ids.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { makeDue, sql, startTestNode, type TestNode, TOKEN } from '../testing/test-node.ts';

/** More than a page of the log. */
const EVENTS = 130;
const TYPE = 'order.placed';

let remoteDatabase: TestDatabase;
let database: TestDatabase;
let remote: TestNode;
let node: TestNode;
let receiver: Receiver;

beforeAll(async () => {
  [remoteDatabase, database] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  receiver = await startReceiver();
  remote = await startTestNode(remoteDatabase.url);
  node = await startTestNode(database.url);
});
afterAll(async () => {
  await node?.stop();
  await remote?.stop();
  await receiver?.close();
  await database?.drop();
  await remoteDatabase?.drop();
});

/** What the remote node lists of a webhook, as its Zendesk API does. */
async function listed(webhookId: string): Promise<string[]> {
  const rows: string[] = [];
  let path: string | undefined = `/api/v2/webhooks/${webhookId}/invocations?page[size]=100`;
  while (path !== undefined) {
    const { body } = await remote.call('GET', path);
    for (const { id, latest_completed_at: at, status } of body.invocations) {
      rows.push(`${id} ${status} ${at === undefined ? idTimeMs(id) : Date.parse(at)}`);
    }
    path = body.meta.has_more
      ? `/api/v2/webhooks/${webhookId}/invocations?page[size]=100&page[after]=${body.meta.after_cursor}`
      : undefined;
  }
  return rows.sort();
}

/** The latest outcome of each archived invocation. */
async function archived(): Promise<string[]> {
  const rows = await sql<{ id: string; status: string; at: Date }>(
    database.url,
    'select id, status, latest_at as at from archive_invocation',
  );
  return rows.map(({ at, id, status }) => `${idFromUuid(id)} ${status} ${at.getTime()}`).sort();
}

test('the trail of another Hooktrail is archived like that of a Zendesk account', async () => {
  const webhookId = await subscribe(remote.url, TYPE, receiver.url);
  const account = { account: { profile: 'zendesk' } };
  expect((await remote.call('PUT', '/v1/account', account)).status).toBe(200);
  const batch = (count: number) => Array.from({ length: count }, () => ({ type: TYPE }));
  receiver.behave(answering(429, { 'retry-after': '30' }));
  await remote.call('POST', '/v1/events/batch', batch(31));
  await eventually('the failures', async () => (await listed(webhookId)).length === 31);
  const created = await node.call('POST', '/v1/sources', {
    source: {
      name: 'other',
      base_url: remote.url,
      credentials: { access_token: TOKEN },
      bodies: { policy: 'all' },
    },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const { id } = created.body.source;
  const same = async () => {
    await node.call('POST', `/v1/sources/${id}/poll`);
    return JSON.stringify(await archived()) === JSON.stringify(await listed(webhookId));
  };
  await eventually('the failures to be archived', same);

  // A Hooktrail lists an invocation by its latest attempt: all rows that are archived move, which is no gap.
  receiver.behave(answering(200));
  await remote.call('POST', '/v1/events/batch', batch(EVENTS - 31));
  await makeDue(remoteDatabase.url);
  // The profile throttles what comes while the endpoint asks for a pause, without a request.
  const isSettled = (row: string) => / (success|throttled) /.test(row);
  await eventually('the outcomes', async () => {
    const rows = await listed(webhookId);
    return rows.length === EVENTS && rows.every(isSettled);
  });
  await eventually('everything to be archived', same);
  const shown = await node.call('GET', `/v1/sources/${id}/gaps`);
  expect(shown.body.gaps).toEqual([]);
  const found = await node.call(
    'GET',
    '/v1/invocations?q=origin:other status:success&page[size]=1',
  );
  expect(found.body.invocations[0]).toMatchObject({ origin: 'other', event_type: TYPE });
}, 60_000);
