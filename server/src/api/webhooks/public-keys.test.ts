import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { uuidFromId } from '../../model/ids.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
afterEach(() => {
  api.nowMs = undefined;
});

const KEY = /^whpk_[\w+/]{43}=$/;
const path = (id: string) => `/v1/webhooks/${id}/public_key`;
const rules = (id: string, delivery: object) =>
  api.call('PUT', `/v1/webhooks/${id}/delivery`, { delivery });
const show = async (id: string) => (await api.call('GET', path(id))).body;
const V1A = { standard_webhooks: true, signatures: ['v1a', 'v1'] };

async function withKey(): Promise<string> {
  const { id } = await api.webhook();
  expect((await rules(id, V1A)).status).toBe(200);
  return id;
}

test('there is none until the rule asks for v1a, and then it stays', async () => {
  const { id } = await api.webhook();
  for (const method of ['GET', 'POST']) {
    const { status, body } = await api.call(method, path(id));
    expect(status).toBe(404);
    expect(body.error.message).toContain('the delivery rule signatures makes one');
  }
  expect((await rules(id, { standard_webhooks: true, signatures: ['v1'] })).status).toBe(200);
  expect((await api.call('GET', path(id))).status).toBe(404);

  const { body } = await rules(id, V1A);
  expect(body.delivery).toEqual({ standard_webhooks: true, signatures: ['v1', 'v1a'] });
  const made = await show(id);
  expect(made).toEqual({ public_key: expect.stringMatching(KEY) });
  await rules(id, {});
  await rules(id, { standard_webhooks: true, signatures: ['v1a'] });
  expect(await show(id)).toEqual(made);
  const other = await show(await withKey());
  expect(other).not.toEqual(made);
});

test('is replaced, with the one before until the grace period ends', async () => {
  const id = await withKey();
  const first = (await show(id)).public_key;
  api.nowMs = Date.UTC(2026, 0, 31, 12);
  const { status, body } = await api.call('POST', `${path(id)}?grace_seconds=86400`);
  expect(status).toBe(201);
  const second = body.public_key;
  expect(body).toEqual({
    public_key: expect.stringMatching(KEY),
    previous_public_key: first,
    previous_until: '2026-02-01T12:00:00.000Z',
  });
  expect(second).not.toBe(first);
  expect(await show(id)).toEqual(body);
  // Replaced again: of the three, the oldest is dropped.
  const third = (await api.call('POST', `${path(id)}?grace_seconds=1`)).body;
  expect(third.previous_public_key).toBe(second);
  api.nowMs += 1_000;
  expect(await show(id)).toEqual({ public_key: third.public_key });
  // Without a grace period nothing of the old one is kept.
  const fourth = (await api.call('POST', path(id))).body;
  expect(Object.keys(fourth)).toEqual(['public_key']);
  expect(fourth.public_key).not.toBe(third.public_key);
});

test.each([
  ['?grace_seconds=604801', '604800'],
  ['?grace_seconds=-1', '0'],
])('%s is refused', async (query, named) => {
  const { status, body } = await api.call('POST', path(await withKey()) + query);
  expect(status).toBe(400);
  expect(body.error.message).toContain(named);
});

test('the audit says that the key changed, and neither it nor the row has the private one', async () => {
  const id = await withKey();
  await api.call('POST', path(id));
  const { audit } = (await api.call('GET', `/v1/audit?target_id=${id}`)).body;
  const changes = audit.map(({ changes }: { changes: object[] }) => changes);
  expect(changes.slice(0, 2)).toEqual([
    [{ field: 'signing_keys' }],
    expect.arrayContaining([{ field: 'signing_keys' }]),
  ]);
  const [row] = await api.sql('select signing_keys from webhook where id = $1', [uuidFromId(id)]);
  expect(Buffer.from(row?.signing_keys).includes('current')).toBe(false);
});

test('a clone has the key of the original, as it has its secret', async () => {
  const id = await withKey();
  const { body } = await api.call('POST', `/api/v2/webhooks?clone_webhook_id=${id}`);
  expect(await show(body.webhook.id)).toEqual(await show(id));
});

test('verify knows its signatures', async () => {
  const id = await withKey();
  const headers = {
    'webhook-id': 'x',
    'webhook-timestamp': '1',
    'webhook-signature': `v1a,${btoa('x'.repeat(64))}`,
  };
  const { body } = await api.call('POST', `/v1/webhooks/${id}/verify`, { request: { headers } });
  expect(body.verification).toMatchObject({
    valid: false,
    signatures: [{ scheme: 'standard_webhooks_v1a', valid: false, reason: 'mismatch' }],
  });
});
