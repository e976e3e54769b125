import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSigner } from '../../deliver/request/create-signer.ts';
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

describe('verifying a request', () => {
  const verify = (id: string, request: unknown, token = 'read-1') =>
    api.call('POST', `/v1/webhooks/${id}/verify`, { request }, { token });

  test('says whose signature it is, to a token that only reads, and shows no secret', async () => {
    const { id } = await api.webhook();
    const { secret } = (await api.call('GET', path(id))).body.signing_secret;
    const at = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19).concat('Z');
    const body = '{"n":1.10}\n';
    const signature = createSigner(secret)(at, Buffer.from(body));
    const headers = {
      'X-Zendesk-Webhook-Signature': signature,
      'x-zendesk-webhook-signature-TIMESTAMP': at,
      Host: 'example.com',
    };
    const { body: answer, status } = await verify(id, { headers, body });
    expect(status).toBe(200);
    expect(answer).toEqual({
      verification: {
        valid: true,
        signatures: [
          {
            scheme: 'zendesk',
            valid: true,
            secret: 'current',
            signed_at: at.replace('Z', '.000Z'),
            explanation: expect.stringContaining('1 h old'),
          },
        ],
      },
    });
    const bytes = { headers, body_base64: Buffer.from(body).toString('base64') };
    expect((await verify(id, bytes)).body).toEqual(answer);
    const other = await verify(id, { headers, body: '{"n":1.1}' });
    expect(other.body.verification).toMatchObject({
      valid: false,
      signatures: [{ valid: false, reason: 'mismatch' }],
    });
    expect(JSON.stringify([answer, other.body])).not.toContain(secret);
    const none = await verify(id, { headers: {} });
    expect(none.body.verification.signatures).toMatchObject([{ reason: 'missing' }]);
  });

  test.each<[unknown, string, string]>([
    [{ body: 'x' }, 'request.headers', 'required'],
    [{ headers: { a: 1 } }, 'request.headers.a', 'wrong_type'],
    [{ headers: {}, body: 'x', body_base64: 'eA==' }, 'request.body_base64', 'conflict'],
    [{ headers: {}, body_base64: 'no base64!' }, 'request.body_base64', 'invalid_format'],
    [{ headers: { 'X-A': '1', 'x-a': '2' } }, 'request.headers', 'duplicate'],
    [{ headers: { 'X-A': 'x'.repeat(8_193) } }, 'request.headers.X-A', 'too_long'],
    [{ headers: {}, secret: 'x' }, 'request.secret', 'unknown_field'],
  ])('refuses %j', async (request, field, code) => {
    const { id } = await api.webhook();
    const { body, status } = await verify(id, request);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field, code })]]);
  });

  test('a header takes at most 200 names', async () => {
    const { id } = await api.webhook();
    const headers = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`x-${n}`, '1']));
    expect((await verify(id, { headers })).body.errors).toMatchObject([
      { field: 'request.headers' },
    ]);
  });
});

describe('revealing a webhook', () => {
  const authentication = {
    type: 'basic_auth',
    data: { username: 'ann', password: 'pass w0rd' },
    add_position: 'header',
  };

  test('answers what is masked elsewhere, with a row of the audit that holds no value', async () => {
    const made = await api.webhook({ authentication, custom_headers: { 'X-Team': 'payments' } });
    expect(JSON.stringify(made)).not.toContain('pass w0rd');
    const { body, status } = await api.call('POST', `/v1/webhooks/${made.id}/reveal`);
    expect([status, body]).toEqual([
      200,
      {
        webhook: {
          id: made.id,
          endpoint: made.endpoint,
          authentication,
          custom_headers: { 'X-Team': 'payments' },
        },
      },
    ]);
    const { audit } = (await api.call('GET', '/v1/audit?operation=revealWebhook')).body;
    expect(audit[0]).toMatchObject({
      operation: 'revealWebhook',
      target: { type: 'webhook', id: made.id },
      changes: [{ field: 'revealed', to: 'endpoint, authentication, custom_headers' }],
    });
    expect(JSON.stringify(audit)).not.toMatch(/pass w0rd|payments/);
  });

  test('is for admins, and without the row of the audit nothing is answered', async () => {
    const { id } = await api.webhook({ authentication });
    for (const token of ['read-1', 'publish-1', 'admin-2']) {
      const { body, status } = await api.call('POST', `/v1/webhooks/${id}/reveal`, undefined, {
        token,
      });
      expect(status).toBe(token === 'admin-2' ? 404 : 403);
      expect(JSON.stringify(body)).not.toContain('pass w0rd');
    }
    await api.sql('alter table audit rename to audit_away');
    const { body, status } = await api.call('POST', `/v1/webhooks/${id}/reveal`);
    await api.sql('alter table audit_away rename to audit');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('pass w0rd');
  });
});
