import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { uuidFromId } from '../../model/ids.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let id: string;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  ({ id } = await api.webhook());
});

const path = () => `/v1/webhooks/${id}/delivery`;
const get = async () => (await api.call('GET', path())).body;
const put = (delivery: unknown) => api.call('PUT', path(), { delivery });

const BREAKER = {
  window_seconds: 60,
  min_requests: 10,
  error_rate: 0.5,
  max_errors: 100,
  open_seconds: 30,
  max_open_seconds: 600,
};
const EVERYTHING = {
  time_limit_seconds: 60,
  schedule_seconds: [1, 60, 172_800],
  concurrency: 512,
  rate_limit: { requests: 100_000, seconds: 3_600 },
  breaker: BREAKER,
  standard_webhooks: true,
  propagate_trace: 'pass',
  signatures: ['v1', 'v1a'],
  cloudevents: { mode: 'structured', source: 'https://shop.example/a%20b?c#d', handshake: true },
};
const DURABLE = {
  profile: 'durable',
  time_limit_seconds: 12,
  schedule_seconds: [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 86_400],
  concurrency: 64,
  rate_limit: null,
  breaker: {
    window_seconds: 300,
    min_requests: 100,
    error_rate: 0.7,
    max_errors: 1_000,
    open_seconds: 5,
    max_open_seconds: 60,
  },
  standard_webhooks: false,
  propagate_trace: 'off',
  signatures: ['v1'],
  cloudevents: null,
  jitter: 0.2,
  retried: [{ failure: 'any', only_with_retry_after: false }],
  retry_after: { max_seconds: 3_600, longer: 'cut' },
  gone: 'deactivates',
  while_open: 'wait',
};

test('a new webhook overrides nothing and follows the profile', async () => {
  expect(await get()).toEqual({ delivery: {}, effective: DURABLE });
});

test('a webhook of an account with the profile zendesk', async () => {
  const webhook = await api.webhook({}, 'admin-2');
  const call = (method: string, url: string, body?: unknown) =>
    api.call(method, url, body, { token: 'admin-2' });
  await call('PUT', '/v1/account', { account: { profile: 'zendesk' } });
  const { body } = await call('GET', `/v1/webhooks/${webhook.id}/delivery`);
  expect(body).toEqual({
    delivery: {},
    effective: {
      ...DURABLE,
      profile: 'zendesk',
      schedule_seconds: [1, 2, 3, 4, 5],
      rate_limit: { requests: 60, seconds: 60 },
      breaker: { ...DURABLE.breaker, max_open_seconds: 5 },
      retried: [
        { failure: 409, times: 3, only_with_retry_after: false },
        { failure: 'timeout', times: 5, only_with_retry_after: false },
        { failure: 429, times: 5, only_with_retry_after: true },
        { failure: 503, times: 5, only_with_retry_after: true },
      ],
      retry_after: { max_seconds: 59.999, longer: 'final' },
      gone: 'ends',
      while_open: 'end',
    },
  });
  // Null overrides the profile; omitted, the profile applies again.
  const none = { rate_limit: null, breaker: null };
  const url = `/v1/webhooks/${webhook.id}/delivery`;
  const without = (await call('PUT', url, { delivery: none })).body;
  expect(without).toMatchObject({ delivery: none, effective: none });
  const back = (await call('PUT', url, { delivery: {} })).body;
  expect(back).toEqual(body);
});

test('overrides replace the profile, and are stored in the form that the courier reads', async () => {
  const answer = await put(EVERYTHING);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({ delivery: EVERYTHING, effective: { ...DURABLE, ...EVERYTHING } });
  expect(await get()).toEqual(answer.body);
  const [row] = await api.sql('select delivery, updated_by from webhook where id = $1', [
    uuidFromId(id),
  ]);
  expect(row).toEqual({
    delivery: {
      timeLimitMs: 60_000,
      scheduleMs: [1_000, 60_000, 172_800_000],
      concurrency: 512,
      rateLimit: { requests: 100_000, spanMs: 3_600_000 },
      breaker: {
        windowMs: 60_000,
        minRequests: 10,
        errorShare: 0.5,
        maxErrors: 100,
        openMs: 30_000,
        maxOpenMs: 600_000,
      },
      standardWebhooks: true,
      propagateTrace: 'pass',
      signatures: ['v1', 'v1a'],
      cloudEvents: {
        mode: 'structured',
        source: 'https://shop.example/a%20b?c#d',
        handshake: true,
      },
    },
    updated_by: expect.any(String),
  });
});

test('a PUT replaces all overrides', async () => {
  await put(EVERYTHING);
  expect((await put({ concurrency: 1 })).body).toEqual({
    delivery: { concurrency: 1 },
    effective: { ...DURABLE, concurrency: 1 },
  });
  await put({});
  expect(await get()).toEqual({ delivery: {}, effective: DURABLE });
});

test.each([
  ['the shortest', { time_limit_seconds: 1, schedule_seconds: [], concurrency: 1 }],
  ['60 hours of waiting', { schedule_seconds: [172_800, 43_200] }],
  ['twenty waits', { schedule_seconds: Array.from({ length: 20 }, () => 10_800) }],
  ['the lowest limit', { rate_limit: { requests: 1, seconds: 1 } }],
  [
    'the touchiest breaker',
    {
      breaker: {
        window_seconds: 10,
        min_requests: 1,
        error_rate: 0.000_001,
        max_errors: 1,
        open_seconds: 1,
        max_open_seconds: 1,
      },
    },
  ],
  ['the calmest breaker', { breaker: { ...BREAKER, window_seconds: 300, error_rate: 1 } }],
])('accepts %s', async (_what, delivery) => {
  const answer = await put(delivery);
  expect([answer.status, answer.body.delivery]).toEqual([200, delivery]);
});

const breaker = (change: object) => ({ breaker: { ...BREAKER, ...change } });

test.each<[unknown, string, string, string]>([
  [undefined, 'delivery', 'required', 'is required'],
  [null, 'delivery', 'wrong_type', 'must be an object, got null'],
  [{ jitter: 0 }, 'delivery.jitter', 'unknown_field', 'is not a known field'],
  [{ gone: 'ends' }, 'delivery.gone', 'unknown_field', 'is not a known field'],
  [
    { time_limit_seconds: 0 },
    'delivery.time_limit_seconds',
    'out_of_range',
    'must be a whole number from 1 to 60, got 0',
  ],
  [{ time_limit_seconds: 61 }, 'delivery.time_limit_seconds', 'out_of_range', 'got 61'],
  [{ time_limit_seconds: 1.5 }, 'delivery.time_limit_seconds', 'wrong_type', 'got 1.5'],
  [{ time_limit_seconds: '12' }, 'delivery.time_limit_seconds', 'wrong_type', 'got "12"'],
  [{ time_limit_seconds: null }, 'delivery.time_limit_seconds', 'wrong_type', 'got null'],
  [{ schedule_seconds: 5 }, 'delivery.schedule_seconds', 'wrong_type', 'got 5'],
  [
    { schedule_seconds: [5, 0] },
    'delivery.schedule_seconds[1]',
    'out_of_range',
    'must be a whole number from 1 to 172800, got 0',
  ],
  [{ schedule_seconds: [172_801] }, 'delivery.schedule_seconds[0]', 'out_of_range', 'got 172801'],
  [
    { schedule_seconds: Array.from({ length: 21 }, () => 1) },
    'delivery.schedule_seconds',
    'too_many',
    'must be an array of at most 20 items',
  ],
  [
    { schedule_seconds: [172_800, 43_201] },
    'delivery.schedule_seconds',
    'out_of_range',
    'must total at most 216000 seconds (60 hours), got 216001',
  ],
  [{ concurrency: 0 }, 'delivery.concurrency', 'out_of_range', 'from 1 to 512, got 0'],
  [{ concurrency: 513 }, 'delivery.concurrency', 'out_of_range', 'got 513'],
  [{ rate_limit: 60 }, 'delivery.rate_limit', 'wrong_type', 'must be an object or null, got 60'],
  [{ rate_limit: { requests: 1 } }, 'delivery.rate_limit.seconds', 'required', 'is required'],
  [
    { rate_limit: { requests: 0, seconds: 1 } },
    'delivery.rate_limit.requests',
    'out_of_range',
    'from 1 to 100000, got 0',
  ],
  [
    { rate_limit: { requests: 100_001, seconds: 1 } },
    'delivery.rate_limit.requests',
    'out_of_range',
    'got 100001',
  ],
  [
    { rate_limit: { requests: 1, seconds: 3_601 } },
    'delivery.rate_limit.seconds',
    'out_of_range',
    'from 1 to 3600, got 3601',
  ],
  [
    { rate_limit: { requests: 1, seconds: 1, burst: 2 } },
    'delivery.rate_limit.burst',
    'unknown_field',
    'is not a known field',
  ],
  [{ breaker: true }, 'delivery.breaker', 'wrong_type', 'must be an object or null, got true'],
  [
    breaker({ window_seconds: 15 }),
    'delivery.breaker.window_seconds',
    'not_allowed',
    'must be a whole number from 10 to 300 in steps of 10, got 15',
  ],
  [breaker({ window_seconds: 310 }), 'delivery.breaker.window_seconds', 'out_of_range', 'got 310'],
  [breaker({ min_requests: 0 }), 'delivery.breaker.min_requests', 'out_of_range', 'got 0'],
  [
    breaker({ error_rate: 0 }),
    'delivery.breaker.error_rate',
    'out_of_range',
    'must be a number above 0 and up to 1, got 0',
  ],
  [breaker({ error_rate: 1.01 }), 'delivery.breaker.error_rate', 'out_of_range', 'got 1.01'],
  [breaker({ error_rate: '70%' }), 'delivery.breaker.error_rate', 'wrong_type', 'got "70%"'],
  [breaker({ max_errors: 0 }), 'delivery.breaker.max_errors', 'out_of_range', 'got 0'],
  [breaker({ open_seconds: 0 }), 'delivery.breaker.open_seconds', 'out_of_range', 'got 0'],
  [
    breaker({ open_seconds: 601 }),
    'delivery.breaker.max_open_seconds',
    'conflict',
    'must be at least delivery.breaker.open_seconds (601), got 600',
  ],
  [
    breaker({ max_open_seconds: 3_601 }),
    'delivery.breaker.max_open_seconds',
    'out_of_range',
    'got 3601',
  ],
  [breaker({ extra: 1 }), 'delivery.breaker.extra', 'unknown_field', 'is not a known field'],
  [
    { standard_webhooks: 'yes' },
    'delivery.standard_webhooks',
    'wrong_type',
    'must be true or false, got "yes"',
  ],
  [
    { propagate_trace: 'on' },
    'delivery.propagate_trace',
    'not_allowed',
    'must be one of off, link, pass, got "on"',
  ],
  [{ cloudevents: {} }, 'delivery.cloudevents.mode', 'required', 'is required'],
  [{ cloudevents: { mode: 'batch' } }, 'delivery.cloudevents.mode', 'not_allowed', '"batch"'],
  [
    { cloudevents: { mode: 'binary', source: 'a b' } },
    'delivery.cloudevents.source',
    'invalid_format',
    '"a b"',
  ],
  [{ cloudevents: { mode: 'binary', source: '' } }, 'delivery.cloudevents.source', 'too_short', ''],
  [
    { cloudevents: { mode: 'binary', source: 'x'.repeat(256) } },
    'delivery.cloudevents.source',
    'too_long',
    '255',
  ],
  [
    { signatures: ['v1'] },
    'delivery.signatures',
    'conflict',
    'needs delivery.standard_webhooks to be true',
  ],
  [
    { standard_webhooks: true, signatures: [] },
    'delivery.signatures',
    'not_allowed',
    'must have v1, v1a or both, got none',
  ],
  [
    { standard_webhooks: true, signatures: ['v1a', 'v1a'] },
    'delivery.signatures',
    'duplicate',
    'must not have v1a twice',
  ],
  [
    { standard_webhooks: true, signatures: ['v1', 'v1a', 'v1'] },
    'delivery.signatures',
    'too_many',
    '2',
  ],
  [
    { standard_webhooks: true, signatures: ['v2'] },
    'delivery.signatures[0]',
    'not_allowed',
    '"v2"',
  ],
])('rejects %j: %s is %s', async (delivery, field, code, message) => {
  await put({ concurrency: 7 });
  const answer = await put(delivery);
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([
    { field, code, message: expect.stringContaining(message) },
  ]);
  expect(answer.body.error.message.startsWith(`${field} `)).toBe(true);
  expect((await get()).delivery).toEqual({ concurrency: 7 });
});

test('all errors are reported together', async () => {
  const answer = await put({ concurrency: 0, time_limit_seconds: 0 });
  expect(answer.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
    'delivery.concurrency',
    'delivery.time_limit_seconds',
  ]);
});

describe('the rest of a webhook', () => {
  test('survives a change of the rules, and the rules survive its changes', async () => {
    await put(EVERYTHING);
    const { webhook } = (await api.call('GET', `/api/v2/webhooks/${id}`)).body;
    expect(webhook.updated_at).toEqual(expect.any(String));
    expect(webhook).not.toHaveProperty('delivery');
    await api.call('PATCH', `/api/v2/webhooks/${id}`, { webhook: { name: 'Other' } });
    await api.call('PUT', `/api/v2/webhooks/${id}`, { webhook });
    await api.call('POST', `/api/v2/webhooks/${id}/signing_secret`);
    expect((await get()).delivery).toEqual(EVERYTHING);
  });

  test('is cloned together with the rules', async () => {
    await put(EVERYTHING);
    const { body } = await api.call('POST', `/api/v2/webhooks?clone_webhook_id=${id}`);
    id = body.webhook.id;
    expect((await get()).delivery).toEqual(EVERYTHING);
  });
});

test('a test of a stored webhook follows its rules and is signed like its deliveries', async () => {
  await put({ time_limit_seconds: 33, standard_webhooks: true });
  const secret = `/api/v2/webhooks/${id}/signing_secret`;
  const before = (await api.call('GET', secret)).body.signing_secret.secret;
  const after = (await api.call('POST', `${secret}?grace_seconds=60`)).body.signing_secret.secret;
  await api.call('POST', `/api/v2/webhooks/test?webhook_id=${id}`, {});
  expect(api.trials.at(-1)).toMatchObject({
    timeLimitMs: 33_000,
    standardWebhooks: true,
    target: { signingSecret: after, previousSecret: { text: before } },
  });
});

test('404 for a malformed id, an unknown id, or a webhook of another account', async () => {
  for (const other of ['x', '01ARZ3NDEKTSV4RRFFQ69G5FAV']) {
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { delivery: {} }],
    ] as const) {
      const answer = await api.call(method, `/v1/webhooks/${other}/delivery`, body);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'RecordNotFound']);
      const foreign = await api.call(method, path(), body, { token: 'admin-2' });
      expect([foreign.status, foreign.body.error.code]).toEqual([404, 'RecordNotFound']);
    }
  }
});

test.each([
  ['operator', 200, 200],
  ['admin', 200, 200],
  ['read', 200, 403],
  ['publish', 403, 403],
])('%s: GET %i, PUT %i', async (role, read, write) => {
  const token = `${role}-1`;
  const shown = await api.call('GET', path(), undefined, { token });
  const put = await api.call('PUT', path(), { delivery: {} }, { token });
  expect([shown.status, put.status]).toEqual([read, write]);
});

describe('CloudEvents', () => {
  const direct = { subscriptions: ['conditional_ticket_events'] };
  const apiKey = (name: string, add_position: string) => ({
    authentication: { type: 'api_key', data: { name, value: 'v' }, add_position },
  });

  test.each([
    [{ ...direct, http_method: 'PUT' }, 'binary', 'http_method must be POST, got PUT'],
    [{ ...direct, request_format: 'xml' }, 'binary', 'request_format must be json, got xml'],
    [{ custom_headers: { 'CE-Id': 'x' } }, 'binary', 'custom_headers.CE-Id must not be set'],
    [{ custom_headers: { Ce_Id: 'x' } }, 'binary', 'custom_headers.Ce_Id must not be set'],
    [{ custom_headers: { 'content-type': 'a/b' } }, 'structured', 'content-type must not be set'],
    [apiKey('ce-key', 'header'), 'structured', 'authentication must have another data.name'],
    [
      { custom_headers: { 'Content-Type': 'Application/CloudEvents+json' } },
      'binary',
      'Content-Type must not begin with application/cloudevents',
    ],
  ])('are refused for %j in %s mode', async (settings, mode, message) => {
    ({ id } = await api.webhook(settings));
    const { status, body } = await put({ cloudevents: { mode } });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([
      {
        field: 'delivery.cloudevents',
        code: 'conflict',
        message: expect.stringContaining(message),
      },
    ]);
  });

  test.each([
    [{ custom_headers: { 'content-type': 'a/b', 'x-ce-id': 'x' } }, 'binary'],
    [apiKey('ce-key', 'query_string'), 'structured'],
  ])('go with %j in %s mode', async (settings, mode) => {
    ({ id } = await api.webhook(settings));
    expect((await put({ cloudevents: { mode } })).status).toBe(200);
  });

  test('hold the settings that they need', async () => {
    ({ id } = await api.webhook(direct));
    await put({ cloudevents: { mode: 'structured' } });
    const patch = (webhook: object) => api.call('PATCH', `/api/v2/webhooks/${id}`, { webhook });
    const refused = await patch({ http_method: 'GET', custom_headers: { 'Content-Type': 'a/b' } });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain(
      'webhook.http_method must be POST while the delivery rule cloudevents is set, got GET',
    );
    expect(JSON.stringify(refused.body)).toContain('webhook.custom_headers.Content-Type must not');
    await put({});
    expect((await patch({ http_method: 'GET' })).status).toBe(204);
  });
});
