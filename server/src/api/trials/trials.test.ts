import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isId } from '../../model/ids.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(() => {
  api.exchange = {};
});

const PATH = '/api/v2/webhooks/test';
const REQUEST = { endpoint: 'https://example.com/', http_method: 'POST', request_format: 'json' };
const lastTrial = () => api.trials.at(-1);

test.each(['request', 'webhook'])('tests a webhook that is not stored, sent as %s', async (key) => {
  const { status, body } = await api.call('POST', PATH, {
    [key]: { ...REQUEST, custom_headers: { 'X-A': '1' }, payload: '{"say": "hello"}' },
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    response: {
      status_code: 200,
      headers: [{ key: 'Content-Type', value: 'text/plain' }],
      payload: 'ok',
    },
    test: {
      status: 'success',
      message: 'the endpoint answered 200',
      response_code: 200,
      response_body: 'ok',
    },
  });
  expect(lastTrial()).toEqual({
    accountId: 1,
    webhookId: expect.toSatisfy(isId),
    payload: '{"say": "hello"}',
    timeLimitMs: 12_000,
    standardWebhooks: false,
    signatures: ['v1'],
    cloudEvents: null,
    target: {
      endpoint: 'https://example.com/',
      httpMethod: 'POST',
      requestFormat: 'json',
      authentication: undefined,
      customHeaders: { 'X-A': '1' },
      signingSecret: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==',
      previousSecret: undefined,
    },
  });
});

describe('a stored webhook', () => {
  const authentication = {
    type: 'basic_auth',
    data: { username: 'ann', password: 'secret' },
    add_position: 'header',
  };

  test.each([undefined, {}, { request: {} }, ''])(
    'can be tested with the body %j',
    async (body) => {
      const { id } = await api.webhook({ authentication, custom_headers: { 'X-A': '1' } });
      const headers = { 'content-type': 'application/json' };
      const answer = await api.call('POST', `${PATH}?webhook_id=${id}`, body, { headers });
      expect(answer.status).toBe(200);
      const { secret } = (await api.call('GET', `/api/v2/webhooks/${id}/signing_secret`)).body
        .signing_secret;
      expect(lastTrial()).toMatchObject({
        webhookId: id,
        payload: '',
        target: {
          endpoint: 'https://example.com/hook',
          customHeaders: { 'X-A': '1' },
          authentication: { data: authentication.data },
          signingSecret: secret,
        },
      });
    },
  );

  test('supplies omitted fields, and null removes them', async () => {
    const { id } = await api.webhook({ authentication, custom_headers: { 'X-A': '1' } });
    const { status } = await api.call('POST', `${PATH}?webhook_id=${id}`, {
      request: { endpoint: 'http://other.example/', authentication: null, custom_headers: null },
    });
    expect(status).toBe(200);
    expect(lastTrial()?.target).toMatchObject({
      endpoint: 'http://other.example/',
      httpMethod: 'POST',
      authentication: undefined,
      customHeaders: undefined,
    });
  });

  test('keeps the secret of credentials that are sent back as read', async () => {
    const webhook = await api.webhook({ authentication });
    await api.call('POST', `${PATH}?webhook_id=${webhook.id}`, { webhook });
    expect(lastTrial()?.target.authentication?.data).toEqual(authentication.data);
  });

  test('of another account is 404', async () => {
    const { id } = await api.webhook({}, 'admin-2');
    const { status } = await api.call('POST', `${PATH}?webhook_id=${id}`, { request: REQUEST });
    expect(status).toBe(404);
  });
});

describe('a test to another origin than the stored one', () => {
  const TEST_SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
  const ELSEWHERE = 'https://elsewhere.example/';
  const bearer = (token?: string) => ({
    type: 'bearer_token',
    ...(token !== undefined && { data: { token } }),
    add_position: 'header',
  });
  const stored = () =>
    api.webhook({
      authentication: bearer('stored'),
      custom_headers: { 'X-Key': 'stored' },
      endpoint: 'https://example.com/hook?token=stored',
    });
  const tryOut = async (id: string, request: object) => {
    const answer = await api.call('POST', `${PATH}?webhook_id=${id}`, { request });
    expect(answer.status).toBe(200);
    return { target: lastTrial()?.target, test: answer.body.test };
  };

  test.each([
    ELSEWHERE,
    'http://example.com/hook',
    'https://example.com:8443/hook',
    'https://example.com.evil.example/hook',
    'https://hook.example.com/hook',
  ])('goes to %s without stored secrets, and says so', async (endpoint) => {
    const { id } = await stored();
    // The rest of a webhook as it is read asks for the stored credentials: they stay here, too.
    for (const rest of [{}, { authentication: bearer() }]) {
      const { target, test } = await tryOut(id, { endpoint, ...rest });
      expect(JSON.stringify(target)).not.toContain('stored');
      expect(target).toMatchObject({
        endpoint,
        authentication: undefined,
        customHeaders: undefined,
        signingSecret: TEST_SECRET,
        previousSecret: undefined,
      });
      expect(test.withheld).toEqual(['authentication', 'custom_headers', 'signing_secret']);
      expect(test.message).toContain('sent to another origin than the stored one');
    }
  });

  test('is not signed with the previous secret either', async () => {
    const { id } = await stored();
    await api.call('POST', `/api/v2/webhooks/${id}/signing_secret?grace_seconds=600`);
    expect((await tryOut(id, { endpoint: ELSEWHERE })).target?.previousSecret).toBeUndefined();
  });

  test('sends what the caller gives', async () => {
    const { id } = await stored();
    const { target, test } = await tryOut(id, {
      endpoint: ELSEWHERE,
      authentication: bearer('given'),
      custom_headers: { 'X-Key': 'given' },
    });
    expect(target).toMatchObject({
      authentication: { data: { token: 'given' } },
      customHeaders: { 'X-Key': 'given' },
      signingSecret: TEST_SECRET,
    });
    expect(test.withheld).toEqual(['signing_secret']);
  });

  test('does not get stored values for masks', async () => {
    const { id } = await stored();
    const answer = await api.call('POST', `${PATH}?webhook_id=${id}`, {
      request: { endpoint: ELSEWHERE, custom_headers: { 'X-Key': '********' } },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.errors).toMatchObject([{ field: 'request.custom_headers.X-Key' }]);
  });

  test.each(['https://example.com/elsewhere?x=1', 'https://EXAMPLE.com:443/', undefined])(
    'and none to %s',
    async (endpoint) => {
      const { id } = await stored();
      const { target, test } = await tryOut(id, endpoint === undefined ? {} : { endpoint });
      expect(target).toMatchObject({
        authentication: { data: { token: 'stored' } },
        customHeaders: { 'X-Key': 'stored' },
      });
      expect(target?.signingSecret).not.toBe(TEST_SECRET);
      expect(test).not.toHaveProperty('withheld');
    },
  );
});

describe('payloads', () => {
  test.each([
    ['POST', 'json', { a: [1] }, '{"a":[1]}'],
    ['POST', 'json', '{"a": 1}', '{"a": 1}'],
    ['PUT', 'xml', '<a/>', '<a/>'],
    ['POST', 'form_encoded', [['a', '1 2']], 'a=1+2'],
    ['GET', 'json', [['a', 'ä']], 'a=%C3%A4'],
    ['DELETE', 'xml', undefined, ''],
    ['POST', 'xml', null, ''],
    ['GET', 'json', '', ''],
  ])('%s %s %j', async (http_method, request_format, payload, sent) => {
    const { status } = await api.call('POST', PATH, {
      request: { ...REQUEST, http_method, request_format, payload },
    });
    expect(status).toBe(200);
    expect(lastTrial()?.payload).toBe(sent);
  });
});

test('a query that servers would refuse is not sent', async () => {
  const payload = [['a', 'x'.repeat(120_000)]];
  const request = { ...REQUEST, http_method: 'GET', payload };
  const sent = api.trials.length;
  const { body } = await api.call('POST', PATH, { request });
  expect(body.errors).toMatchObject([
    {
      field: 'request.payload',
      code: 'too_long',
      message:
        'request.payload is too long for a query: path and query have 120004 bytes, and at most 8000 are sent: servers refuse more',
    },
  ]);
  expect(api.trials).toHaveLength(sent);
});

test.each([
  [
    { status: 'client error', response: { statusCode: 403, headers: [], body: 'no', length: 2 } },
    { status: 'client error', message: 'the endpoint answered 403', response_code: 403 },
  ],
  [
    {
      status: 'failed',
      response: { statusCode: 302, headers: [], body: '', length: 0 },
      errorMessage: 'redirect: not followed',
    },
    { status: 'failed', message: 'the endpoint answered 302; redirect: not followed' },
  ],
] as const)('an unsuccessful response is still 200: %j', async (exchange, expected) => {
  api.exchange = exchange;
  const { status, body } = await api.call('POST', PATH, { request: REQUEST });
  expect(status).toBe(200);
  expect(body.test).toMatchObject(expected);
  expect(body.response.status_code).toBe(exchange.response.statusCode);
});

test.each([
  ['timeout', 'timeout: no answer within 12000 ms'],
  ['failed', 'refused: connection refused'],
] as const)('no answer: %s', async (status, errorMessage) => {
  api.exchange = { status, errorMessage, response: undefined };
  const answer = await api.call('POST', PATH, { request: REQUEST });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    response: { headers: [], payload: errorMessage },
    test: { status, message: errorMessage },
  });
});
