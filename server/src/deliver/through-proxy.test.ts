import { type ConnectProxy, startConnectProxy } from '@hooktrail/harness/connect-proxy';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { makeDue, startTestNode, type TestNode } from '../testing/test-node.ts';

/* A whole node whose deliveries leave through a proxy, which alone knows the names of endpoints. */
const AUTHORIZATION = `Basic ${Buffer.from('ann:proxy-password').toString('base64')}`;
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

let database: TestDatabase;
let proxy: ConnectProxy;
let receiver: RawReceiver;
let node: TestNode;
const lines: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startRawReceiver((socket) => socket.write(OK));
  proxy = await startConnectProxy({
    authorization: AUTHORIZATION,
    hosts: { 'a.test': '127.0.0.1' },
    refuses: (target) => target.startsWith('refused.test:'),
  });
  node = await startTestNode(
    database.url,
    {
      // Nothing answers there: only the proxy knows names.
      dnsServers: ['127.0.0.1:9'],
      egressProxy: {
        host: '127.0.0.1',
        port: proxy.port,
        authorization: AUTHORIZATION,
        exceptions: ['127.0.0.1/32'],
      },
    },
    pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
  );
});
afterAll(async () => {
  await node.stop();
  await proxy.close();
  await receiver.close();
  await database.drop();
});

let hooks = 0;

async function webhookAt(host: string): Promise<{ id: string; type: string }> {
  const type = `proxy.test.number_${hooks++}`;
  const { status, body } = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      endpoint: `http://${host}:${receiver.port}/hook`,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
    },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return { id: body.webhook.id, type };
}

async function invocationOf({ id, type }: { id: string; type: string }) {
  const { body } = await node.call('POST', '/v1/events', { type });
  const path = `/v1/webhooks/${id}/invocations/${body.invocations[0].id}`;
  return {
    /** Waits for this many attempts, newest first. */
    attempts: (count: number) =>
      eventually(`${count} attempts`, async () => {
        const { attempts } = (await node.call('GET', `${path}/attempts`)).body;
        return attempts.length >= count ? attempts : undefined;
      }),
    show: async () => (await node.call('GET', path)).body.invocation,
  };
}

test('deliveries and test requests leave through the proxy, exceptions do not', async () => {
  const before = proxy.asked.length;
  const hook = await webhookAt('a.test');
  const [attempt] = await (await invocationOf(hook)).attempts(1);
  expect(attempt).toMatchObject({ status: 'success', url: `http://a.test:${receiver.port}/hook` });
  const tested = await node.call('POST', `/api/v2/webhooks/test?webhook_id=${hook.id}`, {});
  expect(tested.body.test.status).toBe('success');
  const asked = proxy.asked.slice(before);
  expect(asked.length).toBeGreaterThan(0);
  for (const one of asked) {
    expect(one).toEqual({ target: `a.test:${receiver.port}`, authorization: AUTHORIZATION });
  }
  const count = proxy.asked.length;
  const [direct] = await (await invocationOf(await webhookAt('127.0.0.1'))).attempts(1);
  expect(direct.status).toBe('success');
  expect(proxy.asked).toHaveLength(count);
});

test('a refusal of the proxy counts: it may be about this endpoint alone', async () => {
  const hook = await webhookAt('refused.test');
  const invocation = await invocationOf(hook);
  const [attempt] = await invocation.attempts(1);
  expect(attempt).toMatchObject({
    status: 'failed',
    error_message: 'proxy: it answered CONNECT with 403: it does not allow this endpoint',
  });
  await eventually('the reason', async () =>
    JSON.stringify(await invocation.show()).includes('retry 1 of 9 after'),
  );
});

test('a proxy that is away counts for nobody, and what waited goes out when it is back', async () => {
  const hook = await webhookAt('a.test');
  const { port } = proxy;
  await proxy.close();
  const invocation = await invocationOf(hook);
  const [attempt] = await invocation.attempts(1);
  expect(attempt).toMatchObject({
    status: 'failed',
    error_message: 'proxy unusable: it cannot be reached (ECONNREFUSED)',
  });
  await eventually('the reason', async () =>
    JSON.stringify(await invocation.show()).includes('not counted: the proxy'),
  );
  // Endpoints that need no proxy are served meanwhile.
  const [direct] = await (await invocationOf(await webhookAt('127.0.0.1'))).attempts(1);
  expect(direct.status).toBe('success');
  proxy = await startConnectProxy({
    authorization: AUTHORIZATION,
    hosts: { 'a.test': '127.0.0.1' },
    port,
  });
  await eventually('the delivery', async () => {
    await makeDue(database.url);
    return (await invocation.show()).status === 'success';
  });
});

test('the log says which proxy, and never its credentials', () => {
  const text = lines.join('');
  expect(text).toContain('deliveries leave through a proxy');
  expect(text).toContain('HOOKTRAIL_EGRESS_PROXY makes no tunnels');
  expect(text).not.toContain('proxy-password');
  expect(text).not.toContain(AUTHORIZATION.slice(6));
});
