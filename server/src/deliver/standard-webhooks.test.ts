import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { eventually } from '@hooktrail/harness/eventually';
import {
  answering,
  type ReceivedRequest,
  type Receiver,
  startReceiver,
} from '@hooktrail/harness/receiver';
import { verifySignature } from '@hooktrail/sdk/signature';
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
async function documented(): Promise<Verify> {
  const text = await readFile(new URL('../../../docs/delivery.md', import.meta.url), 'utf8');
  const block = [...text.matchAll(/^```js\n(.*?)^```$/gms)].find(([, code]) =>
    code?.includes('function verify'),
  );
  const url = `data:text/javascript,${encodeURIComponent(`${block?.[1]}\nexport { verify };`)}`;
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

  const verify = await documented();
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
  const verify = await documented();
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
  await eventually('the end of the grace to be known', async () => {
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
