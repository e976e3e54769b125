import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, sql, startTestNode, type TestNode } from '../testing/test-node.ts';

const WEBHOOK_ORIGIN = 'hooks.test';

let database: TestDatabase;
let killed: ServerProcess;
let other: TestNode | undefined;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  database = await createTestDatabase();
  killed = await startServer({
    HOOKTRAIL_DATABASE_URL: database.url,
    HOOKTRAIL_WEBHOOK_ORIGIN: WEBHOOK_ORIGIN,
  });
});
afterAll(async () => {
  killed.kill('SIGKILL');
  await killed.ended;
  await other?.stop();
  await receiver.close();
  await database.drop();
});

test('a node that is killed while it asks an endpoint loses no event, and another one asks', async () => {
  const type = 'test.killed';
  const webhookId = await subscribe(killed.url, type, receiver.url);
  const delivery = { cloudevents: { mode: 'binary', handshake: true } };
  const set = await call(killed.url, 'PUT', `/v1/webhooks/${webhookId}/delivery`, { delivery });
  expect(set.status).toBe(200);
  const methods = () => receiver.requests.map(({ method }) => method);
  receiver.behave(() => undefined);
  expect((await call(killed.url, 'POST', '/v1/events', { type })).status).toBe(202);
  await eventually('the question', () => methods().length === 1);
  killed.kill('SIGKILL');
  await killed.ended;

  receiver.behave((_request, response) =>
    response.writeHead(200, { 'WebHook-Allowed-Origin': WEBHOOK_ORIGIN }).end(),
  );
  other = await startTestNode(database.url, { webhookOrigin: WEBHOOK_ORIGIN });
  const { url } = other;
  const states = () =>
    sql(database.url, 'select h.state::text, i.reason_code from handshake h, invocation i');
  const held = JSON.stringify([{ state: 'asking', reason_code: 'handshake' }]);
  await eventually('the hold', async () => JSON.stringify(await states()) === held);
  expect(methods()).toEqual(['OPTIONS']);

  // The time passes in which the dead node could have had an answer.
  await sql(database.url, 'update handshake set next_at = now()');
  await sql(database.url, 'select pg_notify($1, $2)', ['hooktrail_breaker', webhookId]);
  await eventually('the delivery', () => methods().length === 3);
  expect(methods()).toEqual(['OPTIONS', 'OPTIONS', 'POST']);
  const { body } = await call(url, 'GET', `/v1/webhooks/${webhookId}/health`);
  expect(body.health.handshake).toMatchObject({ state: 'allowed' });
});
