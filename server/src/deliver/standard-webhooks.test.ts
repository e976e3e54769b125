import { createHmac, createPublicKey, verify as verifyWithKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { eventually } from '@hooktrail/harness/eventually';
import {
  answering,
  type ReceivedRequest,
  type Receiver,
  startReceiver,
} from '@hooktrail/harness/receiver';
import { verifySignature } from '@hooktrail/sdk/signature';
import { verifyStandardWebhook } from '@hooktrail/sdk/standard-webhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { makeDue, sql, startTestNode, type TestNode } from '../testing/test-node.ts';

/*
 * A receiver that configures `whsec_` and the secret as shown, and verifies by the text of the
 * specification, without any code of the server.
 */

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;
beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startReceiver();
});
afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

type Verify = (secret: string, headers: ReceivedRequest['headers'], body: string) => boolean;

/** The code in `docs/delivery.md` for receivers without a library. */
async function documented(name: 'verify' | 'verifyWithKey'): Promise<Verify> {
  const text = await readFile(new URL('../../../docs/delivery.md', import.meta.url), 'utf8');
  const block = [...text.matchAll(/^```js\n(.*?)^```$/gms)].find(([, code]) =>
    code?.includes(`function ${name}(`),
  );
  const code = `${block?.[1]}\nexport { ${name} as verify };`;
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  return ((await import(/* @vite-ignore */ url)) as { verify: Verify }).verify;
}

/** Which of the receiver's secrets matches each signature, in order. */
function signedBy({ headers, body }: ReceivedRequest, secrets: Record<string, string>): string[] {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  expect(Math.abs(Date.now() / 1_000 - Number(timestamp))).toBeLessThan(300);
  const names = new Map(
    Object.entries(secrets).map(([name, secret]) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      expect(key).toHaveLength(32);
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
      return [`v1,${signature.digest('base64')}`, name];
    }),
  );
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => names.get(signature) ?? 'none');
}

async function webhook(type: string): Promise<string> {
  const { body } = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      endpoint: receiver.url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
    },
  });
  return body.webhook.id;
}

const publish = async (type: string): Promise<string> =>
  (await node.call('POST', '/v1/events', { type, detail: { e: 'é' } })).body.invocations[0].id;

const requestOf = (id: string, count = 1) =>
  eventually(`request ${count}`, () => receiver.requestsOf(id)[count - 1]);

test('are sent to webhooks that enable them, with one id on every attempt', async () => {
  const webhookId = await webhook('standard.asked.for');
  const plain = await requestOf(await publish('standard.asked.for'));
  expect(Object.keys(plain.headers).filter((name) => name.startsWith('webhook-'))).toEqual([]);

  const verify = await documented('verify');
  const rules = { delivery: { standard_webhooks: true } };
  expect((await node.call('PUT', `/v1/webhooks/${webhookId}/delivery`, rules)).status).toBe(200);
  const path = `/api/v2/webhooks/${webhookId}`;
  const { body } = await node.call('GET', `${path}/signing_secret`);
  const secret = `whsec_${body.signing_secret.secret}`;
  receiver.behave(answering(500));
  const id = await publish('standard.asked.for');
  const first = await requestOf(id);
  await eventually('the first attempt', async () => {
    const { body: list } = await node.call('GET', `${path}/invocations/${id}/attempts`);
    return list.attempts.length === 1;
  });
  receiver.behave((_request, response) => response.end('ok'));
  await makeDue(database.url);
  const second = await requestOf(id, 2);
  for (const request of [first, second]) {
    expect(request.headers['webhook-id']).toBe(id);
    expect(signedBy(request, { secret })).toEqual(['secret']);
    await verifySignature({ ...request, secret: body.signing_secret.secret });
    expect(verify(body.signing_secret.secret, request.headers, request.body)).toBe(true);
    expect(verify(body.signing_secret.secret, request.headers, `${request.body} `)).toBe(false);
  }
});

test('a replaced secret is valid until its grace period ends', async () => {
  const type = 'standard.rotated';
  const webhookId = await webhook(type);
  await node.call('PUT', `/v1/webhooks/${webhookId}/delivery`, {
    delivery: { standard_webhooks: true },
  });
  const path = `/api/v2/webhooks/${webhookId}/signing_secret`;
  const read = async (method: string, url: string): Promise<string> =>
    (await node.call(method, url)).body.signing_secret.secret;

  const first = await read('GET', path);
  const second = await read('POST', `${path}?grace_seconds=3600`);
  const during = await requestOf(await publish(type));
  expect(signedBy(during, { first, second })).toEqual(['second', 'first']);
  const verify = await documented('verify');
  for (const [secret, good] of [
    [first, true],
    [second, true],
    [Buffer.alloc(32).toString('base64'), false],
  ] as const) {
    expect(verify(secret, during.headers, during.body)).toBe(good);
  }
  // The Zendesk header holds one signature: the new secret's.
  await verifySignature({ ...during, secret: second });
  await expect(verifySignature({ ...during, secret: first })).rejects.toThrow();

  // Replaced again within that time: of the three, the first is no longer valid.
  const third = await read('POST', `${path}?grace_seconds=3600`);
  const twice = await requestOf(await publish(type));
  expect(signedBy(twice, { first, second, third })).toEqual(['third', 'second']);

  await sql(database.url, 'update webhook set previous_secret_until = now() where id = $1', [
    uuidFromId(webhookId),
  ]);
  await sql(database.url, 'select pg_notify($1, $2)', ['hooktrail_webhook', webhookId]);
  await eventually('the node to learn that the grace period has ended', async () => {
    const { body } = await node.call('GET', path);
    return body.signing_secret.previous_until === undefined;
  });
  const after = await requestOf(await publish(type));
  expect(signedBy(after, { first, second, third })).toEqual(['third']);

  // Replaced without a grace period, it is immediately invalid.
  const fourth = await read('POST', path);
  const last = await requestOf(await publish(type));
  expect(signedBy(last, { third, fourth })).toEqual(['fourth']);
});

/** Whether one part of the header is the signature of a key, by node:crypto alone. */
function isSignedWith({ headers, body }: ReceivedRequest, publicKey: string): boolean {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((part) => part.startsWith('v1a,'))
    .some((part) =>
      verifyWithKey(null, Buffer.from(text), key, Buffer.from(part.slice(4), 'base64')),
    );
}

test('a key pair signs deliveries, tests and attempts by hand, and is replaced like the secret', async () => {
  const type = 'standard.with.a.key';
  const webhookId = await webhook(type);
  const rules = { standard_webhooks: true, signatures: ['v1', 'v1a'] };
  await node.call('PUT', `/v1/webhooks/${webhookId}/delivery`, { delivery: rules });
  const path = `/v1/webhooks/${webhookId}/public_key`;
  const first = (await node.call('GET', path)).body.public_key;
  const versionsOf = ({ headers }: ReceivedRequest) =>
    String(headers['webhook-signature'])
      .split(' ')
      .map((part) => part.split(',')[0]);

  const id = await publish(type);
  const delivered = await requestOf(id);
  expect(versionsOf(delivered)).toEqual(['v1', 'v1a']);
  expect(isSignedWith(delivered, first)).toBe(true);
  await verifyStandardWebhook({ ...delivered, key: first });
  const verify = await documented('verifyWithKey');
  expect(verify(first, delivered.headers, delivered.body)).toBe(true);
  expect(verify(first, delivered.headers, `${delivered.body} `)).toBe(false);
  const request = { headers: delivered.headers as Record<string, string>, body: delivered.body };
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const standard = Object.fromEntries(names.map((name) => [name, request.headers[name]]));
  const verified = await node.call('POST', `/v1/webhooks/${webhookId}/verify`, {
    request: { headers: standard, body: request.body },
  });
  expect(verified.body.verification).toMatchObject({ valid: true, signatures: [{}, {}] });

  await eventually('the attempt on the record', async () => {
    const replay = `/v1/webhooks/${webhookId}/invocations/${id}/replay`;
    return (await node.call('POST', replay)).status === 202;
  });
  const replayed = await requestOf(id, 2);
  expect(isSignedWith(replayed, first)).toBe(true);

  // A test has another id than any invocation.
  await node.call('POST', `/api/v2/webhooks/test?webhook_id=${webhookId}`, {
    request: { payload: { a: 1 } },
  });
  const tested = receiver.requests.at(-1) as ReceivedRequest;
  expect(tested.body).toBe('{"a":1}');
  expect(isSignedWith(tested, first)).toBe(true);
  // To another origin it goes without the key of the webhook.
  const other = await startReceiver();
  try {
    await node.call('POST', `/api/v2/webhooks/test?webhook_id=${webhookId}`, {
      request: { endpoint: other.url, payload: { a: 1 } },
    });
    expect(versionsOf(other.requests[0] as ReceivedRequest)).toEqual(['v1']);
  } finally {
    await other.close();
  }

  const second = (await node.call('POST', `${path}?grace_seconds=3600`)).body.public_key;
  const during = await requestOf(await publish(type));
  expect(versionsOf(during)).toEqual(['v1', 'v1a', 'v1a']);
  for (const key of [first, second]) await verifyStandardWebhook({ ...during, key });
  await node.call('POST', path);
  const after = await requestOf(await publish(type));
  expect(versionsOf(after)).toEqual(['v1', 'v1a']);
  for (const key of [first, second]) expect(isSignedWith(after, key)).toBe(false);
});
