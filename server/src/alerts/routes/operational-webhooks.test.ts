import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addAlert, addNotice, makeNoticesDue, readNotices } from '../../testing/alert-rows.ts';
import { type ServerProcess, startServer } from '../../testing/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { call, sql } from '../../testing/test-node.ts';

let database: TestDatabase;
let receiver: Receiver;
let server: ServerProcess;

const start = () =>
  startServer({
    HOOKTRAIL_DATABASE_URL: database.url,
    HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
    HOOKTRAIL_PUBLIC_URL: 'https://hooks.example.com',
  });

beforeAll(async () => {
  database = await createTestDatabase();
  server = await start();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.close();
  for (const table of ['alert_notice', 'alert', 'alert_route']) {
    await sql(database.url, `delete from ${table}`);
  }
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.ended;
  await database.drop();
});

const ask = (method: string, path: string, body?: unknown) => call(server.url, method, path, body);

// biome-ignore lint/suspicious/noExplicitAny: a webhook as it is read
async function makeWebhook(path: string, settings: object = {}): Promise<any> {
  const webhook = {
    name: `Operations ${path}`,
    endpoint: `${receiver.url}${path}`,
    http_method: 'POST',
    request_format: 'json',
    status: 'active',
    subscriptions: ['order.paid'],
    ...settings,
  };
  const made = await ask('POST', '/api/v2/webhooks', { webhook });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.webhook;
}

async function makeRoute(route: object): Promise<string> {
  const made = await ask('POST', '/v1/alert-routes', { route });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.route.id;
}

const settled = () =>
  eventually('all notices to be settled', async () => {
    const notices = await readNotices(database.url);
    return notices.every(({ state }) => state !== 'waiting') ? notices : undefined;
  });

test('an alert is a signed event on the trail of a webhook, once', async () => {
  const webhook = await makeWebhook('/ops');
  await ask('PUT', `/v1/webhooks/${webhook.id}/delivery`, {
    delivery: { standard_webhooks: true },
  });
  const { body: secret } = await ask('GET', `/api/v2/webhooks/${webhook.id}/signing_secret`);
  const failing = await makeWebhook('/failing', { name: 'Orders' });
  const routeId = await makeRoute({ name: 'Ops', kind: 'webhook', webhook_id: webhook.id });
  const alertId = await addAlert(database.url, {
    kind: 'failing',
    webhookId: failing.id,
    facts: { name: 'Orders', failed: 12, settled: 20, window_seconds: 900 },
    resolved: true,
  });
  await addNotice(database.url, routeId, alertId, 'opened');
  await addNotice(database.url, routeId, alertId, 'resolved');
  expect((await settled()).map(({ state }) => state)).toEqual(['sent', 'sent']);
  const requests = await eventually('both events', async () =>
    receiver.requests.length === 2 ? receiver.requests : undefined,
  );
  const events = requests.map(({ body, headers }) => {
    return new Webhook(secret.signing_secret.secret).verify(
      body,
      headers as Record<string, string>,
    ) as {
      type: string;
      id: string;
      detail: object;
    };
  });
  expect(events.map(({ type }) => type).sort()).toEqual([
    'message.attempt.failing',
    'message.attempt.recovered',
  ]);
  const opened = events.find(({ type }) => type === 'message.attempt.failing');
  expect(opened).toMatchObject({
    id: `${alertId}.opened`,
    detail: {
      id: alertId,
      kind: 'failing',
      state: 'open',
      webhook: { id: failing.id, name: 'Orders' },
      url: `https://hooks.example.com/console/webhooks/${failing.id}`,
    },
  });

  // As if the node had died before it noted that it sent them, and the next one said it in other words.
  await sql(database.url, `update alert set facts = '{"name": "Renamed"}'`);
  await sql(database.url, `update alert_notice set state = 'waiting', sent_at = null`);
  await makeNoticesDue(database.url);
  await settled();
  const { body } = await ask('GET', `/v1/webhooks/${webhook.id}/invocations`);
  expect(body.invocations.map((one: { event_type: string }) => one.event_type).sort()).toEqual([
    'message.attempt.failing',
    'message.attempt.recovered',
  ]);
  expect((await ask('GET', `/v1/alerts/${alertId}`)).body.alert.notices).toMatchObject([
    { route: { id: routeId, kind: 'webhook' }, transition: 'opened', state: 'sent', attempts: 2 },
    { transition: 'resolved', state: 'sent', attempts: 2 },
  ]);
});

test('a test of a webhook is an invocation', async () => {
  const webhook = await makeWebhook('/ops', { subscriptions: ['conditional_ticket_events'] });
  const routeId = await makeRoute({ name: 'Ops', kind: 'webhook', webhook_id: webhook.id });
  const { body } = await ask('POST', `/v1/alert-routes/${routeId}/test`);
  expect(body).toEqual({ test: { sent: true, invocation_id: expect.any(String) } });
  const [request] = await eventually('the event', async () =>
    receiver.requests.length === 1 ? receiver.requests : undefined,
  );
  expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'alert.test' });
  const path = `/v1/webhooks/${webhook.id}/invocations/${body.test.invocation_id}`;
  expect((await ask('GET', path)).body.invocation).toMatchObject({ id: body.test.invocation_id });

  await ask('PATCH', `/api/v2/webhooks/${webhook.id}`, { webhook: { status: 'inactive' } });
  expect((await ask('POST', `/v1/alert-routes/${routeId}/test`)).body.test).toEqual({
    sent: false,
    error: 'the webhook of this route is inactive',
  });
  await ask('DELETE', `/api/v2/webhooks/${webhook.id}`);
  const gone = 'the webhook of this route was deleted';
  expect((await ask('POST', `/v1/alert-routes/${routeId}/test`)).body.test.error).toBe(gone);
});

test('two webhooks that alerts go to, and that fail, open no alerts at each other', async () => {
  receiver.behave((request, response) =>
    response.writeHead(request.path === '/chat' ? 200 : 500).end(),
  );
  const webhooks = [await makeWebhook('/one'), await makeWebhook('/two')];
  const routes: string[] = [];
  for (const { id, name } of webhooks) {
    routes.push(await makeRoute({ name, kind: 'webhook', webhook_id: id }));
  }
  const chat = await makeRoute({ name: 'Chat', kind: 'slack', url: `${receiver.url}/chat` });
  for (const { id, name } of webhooks) {
    const alertId = await addAlert(database.url, {
      kind: 'failures',
      webhookId: id,
      facts: { name, failed: 1, window_seconds: 60 },
    });
    for (const route of [...routes, chat]) await addNotice(database.url, route, alertId);
  }
  const notices = await settled();
  const states = (of: (routeId: string) => boolean) =>
    notices.filter(({ routeId }) => of(routeId)).map(({ error, state }) => [state, error]);
  const why = 'it is about a webhook that alerts are sent to';
  expect(states((id) => id !== chat)).toEqual(Array(4).fill(['dropped', why]));
  expect(states((id) => id === chat)).toEqual(Array(2).fill(['sent', null]));
  expect(receiver.requests.map(({ path }) => path)).toEqual(['/chat', '/chat']);
});

test('a node that is killed while it sends is followed by one that sends', async () => {
  receiver.behave(() => undefined);
  const routeId = await makeRoute({ name: 'Chat', kind: 'slack', url: `${receiver.url}/chat` });
  await addNotice(database.url, routeId, await addAlert(database.url));
  await eventually('the message', async () => receiver.requests.length === 1 || undefined);
  server.kill('SIGKILL');
  await server.ended;
  expect(await readNotices(database.url)).toMatchObject([{ state: 'waiting', attempts: 1 }]);
  // As if the leases of the evaluation and of the notice were over.
  await sql(database.url, `update alert_lease set until_at = now() - interval '1 second'`);
  await makeNoticesDue(database.url);
  receiver.behave((_request, response) => response.writeHead(200).end('ok'));
  server = await start();
  expect(await settled()).toMatchObject([{ state: 'sent', attempts: 2 }]);
  expect(receiver.requests).toHaveLength(2);
  expect(receiver.requests[1]?.body).toBe(receiver.requests[0]?.body);
});
