import { type DnsAnswer, type DnsServer, startDnsServer } from '@hooktrail/harness/dns-server';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { makeDue, sql, startTestNode, type TestNode } from '../testing/test-node.ts';

/*
 * A whole node that may reach only 127.0.0.1, which plays the Internet. The receiver listens on all
 * of loopback, so a refused address would reach it, and it records at which address it was reached.
 */
const OPEN = '127.0.0.1';
const REFUSED = '127.0.0.2';
const LOOPBACK_REFUSED =
  'address refused: 127.0.0.2 is a loopback address; see HOOKTRAIL_ALLOWED_NETWORKS';

let database: TestDatabase;
let dns: DnsServer;
let node: TestNode;
let receiver: RawReceiver;
const names: Record<string, DnsAnswer | ((lookUp: number) => DnsAnswer)> = {};
const reached: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const lookUps = new Map<string, number>();
  dns = await startDnsServer(({ name, type }) => {
    const answer = names[name] ?? 'NXDOMAIN';
    if (typeof answer !== 'function') return answer;
    if (type !== 'A') return [];
    const lookUp = lookUps.get(name) ?? 0;
    lookUps.set(name, lookUp + 1);
    return answer(lookUp);
  });
  receiver = await startRawReceiver(
    (socket) => {
      reached.push(socket.localAddress as string);
      socket.write('HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno');
    },
    { host: '0.0.0.0' },
  );
  node = await startTestNode(database.url, {
    allowedNetworks: [`${OPEN}/32`],
    allowedPorts: [{ first: receiver.port, last: receiver.port }],
    dnsServers: [dns.address],
  });
});

afterAll(async () => {
  await node.stop();
  await receiver.close();
  await dns.close();
  await database.drop();
});

async function saved(type: string, endpoint: string): Promise<string> {
  const created = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      endpoint,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
    },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  return created.body.webhook.id;
}

async function published(type: string): Promise<string> {
  const { body } = await node.call('POST', '/v1/events', { type, detail: {} });
  return body.invocations[0].id;
}

async function webhookTo(endpoint: string): Promise<{ webhookId: string; invocationId: string }> {
  const type = `addresses.test.${new URL(endpoint).hostname.replaceAll(/[^a-z0-9]/g, '_')}`;
  return { webhookId: await saved(type, endpoint), invocationId: await published(type) };
}

/** Waits for this many attempts; oldest first. */
async function attemptsOf(webhookId: string, invocationId: string, count: number) {
  const path = `/api/v2/webhooks/${webhookId}/invocations/${invocationId}/attempts`;
  return await eventually(`${count} attempts`, async () => {
    const { attempts } = (await node.call('GET', path)).body;
    return attempts.length === count ? attempts.reverse() : undefined;
  });
}

test('a name rebound between attempts fails, and nothing is reached', async () => {
  names['rebound.test'] = (lookUp) => [lookUp % 2 === 0 ? OPEN : REFUSED];
  const before = receiver.connections.made;
  const { webhookId, invocationId } = await webhookTo(`http://rebound.test:${receiver.port}/`);
  for (let count = 1; count < 4; count++) {
    await attemptsOf(webhookId, invocationId, count);
    await makeDue(database.url);
  }
  const attempts = await attemptsOf(webhookId, invocationId, 4);
  expect(attempts.map(({ status }: { status: string }) => status)).toEqual([
    'server error',
    'failed',
    'server error',
    'failed',
  ]);
  for (const refused of [attempts[1], attempts[3]]) {
    expect(refused.error_message).toBe(LOOPBACK_REFUSED);
    expect(refused).not.toHaveProperty('response');
    expect(refused).not.toHaveProperty('status_code');
  }
  expect(receiver.connections.made - before).toBe(2);
  expect(new Set(reached)).toEqual(new Set([OPEN]));
  expect(dns.lookUpsOf('rebound.test')).toBe(4);
});

test('a name with refused addresses fails, naming each address and its rule', async () => {
  names['inside.test'] = ['169.254.169.254', '10.1.2.3', 'fd00:ec2::254'];
  const before = receiver.connections.made;
  const { webhookId, invocationId } = await webhookTo(`http://inside.test:${receiver.port}/`);
  const [attempt] = await attemptsOf(webhookId, invocationId, 1);
  expect(attempt).toMatchObject({
    status: 'failed',
    error_message:
      'address refused: 169.254.169.254 is a link-local address (cloud metadata), ' +
      '10.1.2.3 is a private address, ' +
      'fd00:ec2::254 is a unique-local address (cloud metadata); see HOOKTRAIL_ALLOWED_NETWORKS',
  });
  expect(receiver.connections.made).toBe(before);
});

test('an endpoint saved before a rule existed fails, and is not reached', async () => {
  const before = receiver.connections.made;
  const webhookId = await saved('addresses.old', `http://old.test:${receiver.port}/`);
  const endpoint = `http://127.2:${receiver.port}/`;
  await sql(database.url, 'update webhook set endpoint = $2 where id = $1', [
    uuidFromId(webhookId),
    endpoint,
  ]);
  await sql(database.url, 'select pg_notify($1, $2)', ['hooktrail_webhook', webhookId]);
  await eventually('the node to know', async () => {
    const { body } = await node.call('GET', `/api/v2/webhooks/${webhookId}`);
    return body.webhook.endpoint === endpoint;
  });
  const [attempt] = await attemptsOf(webhookId, await published('addresses.old'), 1);
  expect(attempt).toMatchObject({ status: 'failed', error_message: LOOPBACK_REFUSED });
  expect(attempt).not.toHaveProperty('response');
  expect(receiver.connections.made).toBe(before);
});

test('a test of a webhook is guarded like a delivery, and says why it failed', async () => {
  names['tried.test'] = [REFUSED];
  const before = receiver.connections.made;
  const answer = await node.call('POST', '/api/v2/webhooks/test', {
    request: {
      endpoint: `http://tried.test:${receiver.port}/`,
      http_method: 'POST',
      request_format: 'json',
    },
  });
  expect(answer).toMatchObject({
    status: 200,
    body: { test: { status: 'failed', message: LOOPBACK_REFUSED } },
  });
  expect(receiver.connections.made).toBe(before);
});

test.each([
  [() => `http://127.2:${receiver.port}/`, '127.0.0.2 is a loopback address'],
  [() => `http://[::1]:${receiver.port}/`, '::1 is a loopback address'],
  [() => `http://${OPEN}:22/`, 'port 22 is not allowed; see HOOKTRAIL_ALLOWED_PORTS'],
])('an endpoint that the settings refuse is not saved: %s', async (endpoint, reason) => {
  const { status, body } = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: 'refused',
      endpoint: endpoint(),
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
    },
  });
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([
    {
      field: 'webhook.endpoint',
      code: 'not_allowed',
      message: expect.stringContaining(reason),
    },
  ]);
});

test('a name without an answer fails in time, and others do not wait for it', async () => {
  names['silent.test'] = 'silent';
  names['lively.test'] = [OPEN];
  const silent = await webhookTo(`http://silent.test:${receiver.port}/`);
  await eventually('the question', () => dns.lookUpsOf('silent.test') > 0);
  const lively = await webhookTo(`http://lively.test:${receiver.port}/`);
  await attemptsOf(lively.webhookId, lively.invocationId, 1);
  const path = `/api/v2/webhooks/${silent.webhookId}/invocations/${silent.invocationId}/attempts`;
  expect((await node.call('GET', path)).body.attempts).toEqual([]);
  const [attempt] = await attemptsOf(silent.webhookId, silent.invocationId, 1);
  expect(attempt).toMatchObject({
    status: 'failed',
    error_message: 'dns: the name server does not answer (ETIMEOUT silent.test)',
  });
  expect(attempt.duration_ms).toBeLessThan(12_000);
});
