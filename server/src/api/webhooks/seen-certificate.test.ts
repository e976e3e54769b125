import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi, WEBHOOK } from '../../testing/test-api.ts';

const ORIGIN = 'https://certified.example';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  for (const origin of [ORIGIN, `${ORIGIN}.net`]) {
    await api.sql(
      `insert into endpoint_certificate values ($1, 'f', 'CN=certified', 'CN=i', now(), now() + interval '9 days', now())`,
      [origin],
    );
  }
});
afterAll(() => api.stop());

const webhook = async (endpoint: string, token: string) =>
  (await api.webhook({ ...WEBHOOK, endpoint }, token)).id as string;

const seen = async (id: string, token: string) =>
  (await api.call('GET', `/v1/webhooks/${id}/health`, undefined, { token })).body.health.certificate
    ?.subject;

test('a certificate is shown to the account whose deliveries were answered there, and to no other', async () => {
  const one = await webhook(`${ORIGIN}/one`, 'admin-1');
  const sibling = await webhook(`${ORIGIN}/sibling`, 'admin-1');
  const elsewhere = await webhook(`${ORIGIN}.net/`, 'admin-1');
  const foreign = await webhook(`${ORIGIN}/foreign`, 'admin-2');
  // Nothing was sent, or nothing answered.
  await api.invocation(one, { status: 'failed', attempts: 1 });
  expect(await seen(one, 'admin-1')).toBeUndefined();
  await api.invocation(one, { status: 'success', attempts: 1, statusCode: 200 });
  expect(await seen(one, 'admin-1')).toBe('CN=certified');
  expect(await seen(sibling, 'admin-1')).toBe('CN=certified');
  expect(await seen(elsewhere, 'admin-1')).toBeUndefined();
  expect(await seen(foreign, 'admin-2')).toBeUndefined();
});
