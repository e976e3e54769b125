import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const path = (id: string) => `/api/v2/webhooks/${id}/signing_secret`;

test('shows 44 characters of base64 that stay until they are replaced', async () => {
  const { id } = await api.webhook();
  const { status, body } = await api.call('GET', path(id));
  expect(status).toBe(200);
  expect(body).toEqual({
    signing_secret: { secret: expect.stringMatching(/^[\w+/]{43}=$/), algorithm: 'SHA256' },
  });
  expect((await api.call('GET', path(id))).body).toEqual(body);
});

test.each([
  ['no body', undefined, {}],
  ['an empty JSON body', '', { 'content-type': 'application/json' }],
  ['an object', {}, {}],
])('replaces it, with %s, and leaves the rest alone', async (_what, body, headers) => {
  const webhook = await api.webhook();
  const before = (await api.call('GET', path(webhook.id))).body.signing_secret.secret;
  const reset = await api.call('POST', path(webhook.id), body, { headers });
  expect(reset.status).toBe(201);
  expect(reset.body.signing_secret.secret).toMatch(/^[\w+/]{43}=$/);
  expect(reset.body.signing_secret.secret).not.toBe(before);
  expect((await api.call('GET', path(webhook.id))).body).toEqual(reset.body);
  expect((await api.call('GET', `/api/v2/webhooks/${webhook.id}`)).body.webhook).toEqual(webhook);
});

test('no secret of a webhook can be read in the database', async () => {
  const { id } = await api.webhook({
    authentication: { type: 'bearer_token', data: { token: 'a-bearer-token' } },
  });
  const { body } = await api.call('GET', path(id));
  const rows = await api.sql(
    `select w::text as shown, encode(signing_secret, 'escape') as signing,
      encode(authentication, 'escape') as authentication from webhook w`,
  );
  const all = JSON.stringify(rows);
  expect(all).toContain('Orders');
  for (const secret of [body.signing_secret.secret, 'a-bearer-token']) {
    expect(all).not.toContain(secret);
    expect(all).not.toContain(Buffer.from(secret).toString('hex'));
  }
});
