import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isId } from '../../model/ids.ts';
import { startTestApi, type TestApi, WEBHOOK } from '../../testing/test-api.ts';

/** The one entry of `errors` when no single field is wrong. */
const whole = (code: string, title: string, message: unknown, parameter?: string) => [
  {
    code,
    title,
    detail: message,
    message,
    ...(parameter !== undefined && { field: parameter, source: { parameter } }),
  },
];

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const PATH = '/api/v2/webhooks';
const show = async (id: string) => (await api.call('GET', `${PATH}/${id}`)).body.webhook;
const secretOf = async (id: string) =>
  (await api.call('GET', `${PATH}/${id}/signing_secret`)).body.signing_secret.secret;

const BASIC = {
  type: 'basic_auth',
  data: { username: 'ann', password: 'pass word' },
  add_position: 'header',
};
const BEARER = { type: 'bearer_token', data: { token: 'tok.en' }, add_position: 'header' };
const API_KEY = {
  type: 'api_key',
  data: { name: 'X-Key', value: 'k3y' },
  add_position: 'header',
};

/** The stored credentials, read from the trial that a test of the webhook would send. */
async function storedAuthentication(id: string): Promise<unknown> {
  await api.call('POST', `${PATH}/test?webhook_id=${id}`);
  return api.trials.at(-1)?.target.authentication;
}

describe('create and show', () => {
  test('answers 201 with the given fields and the generated ones, and nothing else', async () => {
    const before = Date.now();
    const { status, body } = await api.call('POST', PATH, { webhook: WEBHOOK });
    expect(status).toBe(201);
    expect(body).toEqual({
      webhook: {
        ...WEBHOOK,
        id: expect.toSatisfy(isId),
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        created_by: expect.toSatisfy(isId),
      },
    });
    expect(Date.parse(body.webhook.created_at)).toBeGreaterThanOrEqual(before);
    expect(await show(body.webhook.id)).toEqual(body.webhook);
  });

  test('stores every field', async () => {
    const webhook = await api.webhook({
      description: 'All of it',
      custom_headers: { 'X-Zebra': '1', 'x-Apple': 'två', 'Content-Type': 'application/ld+json' },
      external_source: { type: 'app', data: [1, null, { deep: true }] },
    });
    expect(await show(webhook.id)).toEqual(webhook);
    expect(webhook.description).toBe('All of it');
    expect(Object.keys(webhook.custom_headers)).toEqual(['X-Zebra', 'x-Apple', 'Content-Type']);
    expect(webhook.external_source).toEqual({ type: 'app', data: [1, null, { deep: true }] });
  });

  test.each([['text'], [0], [false], [[]], [['a']], [{}]])(
    'stores the external source %j',
    async (source) => {
      const webhook = await api.webhook({ external_source: source });
      expect((await show(webhook.id)).external_source).toEqual(source);
    },
  );

  test('accepts null for none', async () => {
    const webhook = await api.webhook({
      description: null,
      authentication: null,
      custom_headers: null,
      external_source: null,
      subscriptions: null,
    });
    const { id, created_at, created_by, ...rest } = webhook;
    expect(rest).toEqual({ ...WEBHOOK, subscriptions: [] });
  });

  test('ignores fields that only the server sets', async () => {
    const webhook = await api.webhook({
      id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      created_at: '2001-01-01T00:00:00Z',
      created_by: 'me',
      updated_at: null,
      updated_by: 7,
    });
    expect(webhook.id).not.toBe('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(webhook.created_at).not.toContain('2001');
    expect(webhook).not.toHaveProperty('updated_by');
    expect(await secretOf(webhook.id)).toMatch(/^[\w+/]{43}=$/);
  });

  test.each([
    [BASIC, { type: 'basic_auth', data: { username: 'ann' }, add_position: 'header' }],
    [BEARER, { type: 'bearer_token', add_position: 'header' }],
    [API_KEY, { type: 'api_key', data: { name: 'X-Key' }, add_position: 'header' }],
    [
      { ...API_KEY, add_position: 'query_string' },
      { type: 'api_key', data: { name: 'X-Key' }, add_position: 'query_string' },
    ],
  ])('never shows a secret: %j', async (authentication, shown) => {
    const webhook = await api.webhook({ authentication });
    expect(webhook.authentication).toEqual(shown);
    expect((await show(webhook.id)).authentication).toEqual(shown);
    expect(await storedAuthentication(webhook.id)).toMatchObject({ data: authentication.data });
  });

  test.each([
    [['conditional_ticket_events']],
    [['zen:event-type:ticket.created', 'order.paid', 'order.*', 'zen:event-type:*', '*']],
    [[]],
  ])('subscribes to %j', async (subscriptions) => {
    expect((await api.webhook({ subscriptions })).subscriptions).toEqual(subscriptions);
  });

  test('a direct webhook may have any method and format', async () => {
    const direct = { subscriptions: ['conditional_ticket_events'] };
    for (const http_method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const request_format of ['json', 'xml', 'form_encoded']) {
        const webhook = await api.webhook({ ...direct, http_method, request_format });
        expect(webhook).toMatchObject({ http_method, request_format });
      }
    }
  });

  test('accepts values at the maximum size', async () => {
    const webhook = await api.webhook({
      name: 'ä'.repeat(255),
      description: 'd'.repeat(4096),
      endpoint: `https://example.com/${'p'.repeat(2028)}`,
      custom_headers: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`X-${i}`, 'v'])),
    });
    expect([...webhook.name]).toHaveLength(255);
    expect(webhook.endpoint).toHaveLength(2048);
  });
});

describe('clone', () => {
  test('copies settings and secrets under a new name and id, without a body', async () => {
    const original = await api.webhook({ authentication: BASIC, description: 'first' });
    const { status, body } = await api.call('POST', `${PATH}?clone_webhook_id=${original.id}`);
    expect(status).toBe(201);
    const { id, created_at, created_by, ...same } = original;
    expect(body.webhook).toMatchObject({ ...same, name: 'Orders (copy)' });
    expect(body.webhook.id).not.toBe(id);
    expect(body.webhook).not.toHaveProperty('updated_at');
    expect(await secretOf(body.webhook.id)).toBe(await secretOf(id));
    expect(await storedAuthentication(body.webhook.id)).toMatchObject({ data: BASIC.data });
  });

  test.each([
    ['no content', undefined, {}],
    ['an empty JSON body', '', { 'content-type': 'application/json' }],
    ['an empty form', '', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a body', { webhook: { name: 'ignored' } }, {}],
  ])('tolerates %s', async (_what, body, headers) => {
    const { id } = await api.webhook();
    const answer = await api.call('POST', `${PATH}?clone_webhook_id=${id}`, body, { headers });
    expect(answer.status).toBe(201);
    expect(answer.body.webhook.name).toBe('Orders (copy)');
  });

  test('truncates a name that would become too long', async () => {
    const { id } = await api.webhook({ name: '😀'.repeat(255) });
    const { body } = await api.call('POST', `${PATH}?clone_webhook_id=${id}`);
    expect(body.webhook.name).toBe(`${'😀'.repeat(248)} (copy)`);
    expect((await api.call('PUT', `${PATH}/${body.webhook.id}`, body)).status).toBe(204);
  });

  test('finds only webhooks of the account', async () => {
    const { id } = await api.webhook({}, 'admin-2');
    for (const unknown of [id, '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x']) {
      const { status, body } = await api.call('POST', `${PATH}?clone_webhook_id=${unknown}`);
      expect(status).toBe(404);
      expect(body.error.code).toBe('RecordNotFound');
    }
  });
});

describe('replace', () => {
  test('answers 204 without a body, and records who and when', async () => {
    const { id } = await api.webhook();
    const answer = await api.call('PUT', `${PATH}/${id}`, { webhook: { ...WEBHOOK, name: 'New' } });
    expect(answer.status).toBe(204);
    expect(answer.body).toBeUndefined();
    expect(await show(id)).toMatchObject({
      name: 'New',
      updated_at: expect.any(String),
      updated_by: expect.toSatisfy(isId),
    });
  });

  test('removes omitted fields, except subscriptions and the signing secret', async () => {
    const { id } = await api.webhook({
      description: 'd',
      authentication: BEARER,
      custom_headers: { 'X-A': '1' },
      external_source: { a: 1 },
    });
    const secret = await secretOf(id);
    const { subscriptions, ...rest } = WEBHOOK;
    await api.call('PUT', `${PATH}/${id}`, { webhook: rest });
    const after = await show(id);
    expect(after.subscriptions).toEqual(subscriptions);
    for (const key of ['description', 'authentication', 'custom_headers', 'external_source']) {
      expect(after).not.toHaveProperty(key);
    }
    expect(await storedAuthentication(id)).toBeUndefined();
    expect(await secretOf(id)).toBe(secret);
  });

  test('replaces given subscriptions', async () => {
    const { id } = await api.webhook();
    await api.call('PUT', `${PATH}/${id}`, { webhook: { ...WEBHOOK, subscriptions: ['a.b'] } });
    expect((await show(id)).subscriptions).toEqual(['a.b']);
  });

  test.each([BASIC, BEARER, API_KEY])(
    'a webhook that was read can be written back: %j',
    async (secret) => {
      const webhook = await api.webhook({ authentication: secret });
      const read = await show(webhook.id);
      for (const method of ['PUT', 'PATCH']) {
        const { status } = await api.call(method, `${PATH}/${webhook.id}`, { webhook: read });
        expect(status).toBe(204);
        expect(await storedAuthentication(webhook.id)).toMatchObject({ data: secret.data });
      }
    },
  );
});

describe('patch', () => {
  test('changes only the given fields, and tolerates an id', async () => {
    const before = await api.webhook({ description: 'stays', authentication: API_KEY });
    const { status, body } = await api.call('PATCH', `${PATH}/${before.id}`, {
      webhook: { id: before.id, name: 'Patched' },
    });
    expect([status, body]).toEqual([204, undefined]);
    const { updated_at, updated_by, ...after } = await show(before.id);
    expect(after).toEqual({ ...before, name: 'Patched' });
    expect(await storedAuthentication(before.id)).toMatchObject({ data: API_KEY.data });
  });

  test('null removes', async () => {
    const { id } = await api.webhook({
      description: 'd',
      authentication: BEARER,
      custom_headers: { 'X-A': '1' },
      external_source: 1,
    });
    await api.call('PATCH', `${PATH}/${id}`, {
      webhook: {
        description: null,
        authentication: null,
        custom_headers: null,
        external_source: null,
        subscriptions: null,
      },
    });
    const after = await show(id);
    for (const key of ['description', 'authentication', 'custom_headers', 'external_source']) {
      expect(after).not.toHaveProperty(key);
    }
    expect(after.subscriptions).toEqual(WEBHOOK.subscriptions);
  });

  test('replaces objects as a whole', async () => {
    const { id } = await api.webhook({ custom_headers: { 'X-A': '1', 'X-B': '2' } });
    await api.call('PATCH', `${PATH}/${id}`, { webhook: { custom_headers: { 'X-C': '3' } } });
    expect((await show(id)).custom_headers).toEqual({ 'X-C': '3' });
    await api.call('PATCH', `${PATH}/${id}`, { webhook: { authentication: BASIC } });
    await api.call('PATCH', `${PATH}/${id}`, { webhook: { authentication: BEARER } });
    expect(await storedAuthentication(id)).toMatchObject({
      type: 'bearer_token',
      data: BEARER.data,
    });
  });

  test('a secret is not kept for another user name, key name or type', async () => {
    const { id } = await api.webhook({ authentication: BASIC });
    for (const [authentication, field] of [
      [{ type: 'basic_auth', data: { username: 'bob' } }, 'password'],
      [{ type: 'bearer_token' }, 'token'],
      [{ type: 'api_key', data: { name: 'ann' } }, 'value'],
    ] as const) {
      const { status, body } = await api.call('PATCH', `${PATH}/${id}`, {
        webhook: { authentication },
      });
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([
        { field: `webhook.authentication.data.${field}`, code: 'required' },
      ]);
    }
    expect(await storedAuthentication(id)).toMatchObject({ data: BASIC.data });
  });

  test('neither kind of subscription becomes the other', async () => {
    const events = await api.webhook();
    const direct = await api.webhook({ subscriptions: ['conditional_ticket_events'] });
    for (const [id, subscriptions] of [
      [events.id, ['conditional_ticket_events']],
      [direct.id, ['order.paid']],
      // Emptied, it would have no kind, and could then become the other.
      [events.id, []],
      [direct.id, []],
    ]) {
      for (const method of ['PUT', 'PATCH']) {
        const { status, body } = await api.call(method, `${PATH}/${id}`, {
          webhook: { ...WEBHOOK, subscriptions },
        });
        expect(status).toBe(400);
        expect(body.errors).toMatchObject([{ field: 'webhook.subscriptions', code: 'immutable' }]);
      }
    }
  });

  test('given fields must fit stored ones', async () => {
    const { id } = await api.webhook({ custom_headers: { 'X-Key': '1' } });
    for (const [change, field] of [
      [{ http_method: 'GET' }, 'webhook.http_method'],
      [{ request_format: 'xml' }, 'webhook.request_format'],
      [{ authentication: API_KEY }, 'webhook.custom_headers.X-Key'],
    ] as const) {
      const { status, body } = await api.call('PATCH', `${PATH}/${id}`, { webhook: change });
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ field, code: 'conflict' }]);
    }
    expect(await show(id)).not.toHaveProperty('updated_at');
  });

  test('concurrent changes both take effect', async () => {
    const { id } = await api.webhook();
    await Promise.all([
      api.call('PATCH', `${PATH}/${id}`, { webhook: { name: 'Both' } }),
      api.call('PATCH', `${PATH}/${id}`, { webhook: { description: 'both' } }),
    ]);
    expect(await show(id)).toMatchObject({ name: 'Both', description: 'both' });
  });
});

describe('delete', () => {
  test.each([
    ['nothing', undefined, {}],
    ['JSON', { a: 1 }, {}],
    ['an empty JSON body', '', { 'content-type': 'application/json' }],
    ['any text', 'bye', { 'content-type': 'text/plain' }],
  ])('answers 204 to %s as a body, and then 404', async (_what, body, headers) => {
    const { id } = await api.webhook();
    const answer = await api.call('DELETE', `${PATH}/${id}`, body, { headers });
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    expect((await api.call('GET', `${PATH}/${id}`)).status).toBe(404);
    expect((await api.call('DELETE', `${PATH}/${id}`)).status).toBe(404);
  });
});

describe('one webhook of another account, or none', () => {
  test.each([
    ['GET', ''],
    ['PUT', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['GET', '/signing_secret'],
    ['POST', '/signing_secret'],
    ['GET', '/invocations'],
    ['GET', '/invocations/01ARZ3NDEKTSV4RRFFQ69G5FAV/attempts'],
  ])('%s %s is the same 404 for both', async (method, path) => {
    const { id } = await api.webhook({}, 'admin-2');
    const body = method === 'PUT' || method === 'PATCH' ? { webhook: WEBHOOK } : undefined;
    for (const unknown of [id, '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'nonsense', `${id}.json`]) {
      const answer = await api.call(method, `${PATH}/${unknown}${path}`, body);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual({
        error: {
          code: 'RecordNotFound',
          title: 'Not Found',
          message: `there is no webhook ${unknown}`,
        },
        errors: whole('RecordNotFound', 'Not Found', `there is no webhook ${unknown}`, 'id'),
      });
    }
    expect((await api.call('GET', `${PATH}/${id}`, undefined, { token: 'admin-2' })).status).toBe(
      200,
    );
  });

  test('a far too long id is 404 as well', async () => {
    const answer = await api.call('GET', `${PATH}/${'9'.repeat(500)}`);
    expect([answer.status, answer.body.error.code]).toEqual([404, 'RecordNotFound']);
  });
});

test('a limit of the account is refused with 400, and named', async () => {
  const limited = await startTestApi({ webhookLimits: { count: 2, bytes: 20_000 } });
  try {
    const post = (webhook: object) => limited.call('POST', PATH, { webhook });
    const first = await post({ ...WEBHOOK, external_source: 'x'.repeat(15_000) });
    expect(first.status).toBe(201);
    const clone = await limited.call('POST', `${PATH}?clone_webhook_id=${first.body.webhook.id}`);
    expect(clone.status).toBe(400);
    expect(clone.body.error).toMatchObject({
      code: 'TooManyWebhooks',
      message: expect.stringContaining('HOOKTRAIL_MAX_WEBHOOK_BYTES_PER_ACCOUNT'),
    });
    expect((await post(WEBHOOK)).status).toBe(201);
    const third = await post(WEBHOOK);
    expect(third.status).toBe(400);
    expect(third.body.error.message).toContain('already has 2 webhooks');
    expect(third.body.errors).toMatchObject([{ field: 'webhook', code: 'too_many' }]);
  } finally {
    await limited.stop();
  }
});
