import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { uuidFromId } from '../../model/ids.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const path = (id: string) => `/api/v2/webhooks/${id}/signing_secret`;

test('shows 44 characters of base64, unchanged until reset', async () => {
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
])('resets the secret with %s, and changes nothing else', async (_what, body, headers) => {
  const webhook = await api.webhook();
  const before = (await api.call('GET', path(webhook.id))).body.signing_secret.secret;
  const reset = await api.call('POST', path(webhook.id), body, { headers });
  expect(reset.status).toBe(201);
  expect(reset.body.signing_secret.secret).toMatch(/^[\w+/]{43}=$/);
  expect(reset.body.signing_secret.secret).not.toBe(before);
  expect((await api.call('GET', path(webhook.id))).body).toEqual(reset.body);
  expect((await api.call('GET', `/api/v2/webhooks/${webhook.id}`)).body.webhook).toEqual(webhook);
});

describe('a grace period', () => {
  const atMs = Date.UTC(2026, 0, 31, 12);
  const reset = (id: string, query: string) => api.call('POST', path(id) + query);
  const show = async (id: string) => (await api.call('GET', path(id))).body.signing_secret;
  const stored = async (id: string) =>
    (
      await api.sql(
        `select previous_secret is not null as kept, previous_secret_until as until
        from webhook where id = $1`,
        [uuidFromId(id)],
      )
    )[0];

  afterEach(() => {
    api.nowMs = undefined;
  });

  test('keeps the previous secret, and says until when', async () => {
    const { id } = await api.webhook();
    api.nowMs = atMs;
    const { status, body } = await reset(id, '?grace_seconds=86400');
    expect(status).toBe(201);
    expect(body.signing_secret).toEqual({
      secret: expect.stringMatching(/^[\w+/]{43}=$/),
      algorithm: 'SHA256',
      previous_until: '2026-02-01T12:00:00.000Z',
    });
    expect(await show(id)).toEqual(body.signing_secret);
    expect(await stored(id)).toEqual({ kept: true, until: new Date('2026-02-01T12:00:00Z') });

    api.nowMs = atMs + 86_400_000;
    const { secret, algorithm } = body.signing_secret;
    expect(await show(id)).toEqual({ secret, algorithm });
  });

  test.each(['', '?grace_seconds=0'])('%j gives none, and ends a running one', async (query) => {
    const { id } = await api.webhook();
    await reset(id, '?grace_seconds=604800');
    const { body } = await reset(id, query);
    expect(Object.keys(body.signing_secret)).toEqual(['secret', 'algorithm']);
    expect(await stored(id)).toEqual({ kept: false, until: null });
  });

  test('is copied to a clone, and survives other changes', async () => {
    const { id } = await api.webhook();
    await reset(id, '?grace_seconds=60');
    const { body } = await api.call('POST', `/api/v2/webhooks?clone_webhook_id=${id}`);
    expect(await show(body.webhook.id)).toEqual(await show(id));
    await api.call('PUT', `/api/v2/webhooks/${id}`, { webhook: body.webhook });
    expect(await show(id)).toHaveProperty('previous_until');
  });

  test.each(['-1', '604801', '1.5', 'x'])('of %j seconds is rejected', async (value) => {
    const { id } = await api.webhook();
    const before = await show(id);
    const answer = await reset(id, `?grace_seconds=${value}`);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'InvalidParameter']);
    expect(answer.body.errors[0].field).toBe('grace_seconds');
    expect(answer.body.error.message).toContain('must be a whole number from 0 to 604800, got ');
    expect(await show(id)).toEqual(before);
  });
});

test('the database stores no secret of a webhook in plain text', async () => {
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
