import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS } from '../model/time-units.ts';
import { startTestApi, type TestApi, WEBHOOK } from '../testing/test-api.ts';
import { normalPath } from './input/normal-path.ts';
import { parseQuery } from './input/parse-query.ts';
import { parseTime } from './input/parse-time.ts';

/** What clients that were written for Zendesk send, and what they need in answers. */

const DAY = new Date(Date.now() - 36 * HOUR_MS).toISOString().slice(0, 10);

let api: TestApi;
let webhook: { id: string };
const ids: string[] = [];
beforeAll(async () => {
  api = await startTestApi({ publicUrl: 'https://hooks.test' });
  webhook = await api.webhook();
  for (let hour = 7; hour <= 9; hour++) {
    const latestMs = Date.parse(`${DAY}T0${hour}:30:00Z`);
    ids.push(await api.invocation(webhook.id, { latestMs, createdMs: latestMs }));
  }
});
afterAll(() => api.stop());

const PATH = '/api/v2/webhooks';
const invocations = () => `${PATH}/${webhook.id}/invocations`;
const get = (url: string) => api.call('GET', url);
const show = async (id: string) => (await get(`${PATH}/${id}`)).body.webhook;
const secretOf = async (id: string) =>
  (await get(`${PATH}/${id}/signing_secret`)).body.signing_secret.secret;

/** The stored credentials, which only a test sends. */
async function credentials(id: string) {
  expect((await api.call('POST', `${PATH}/test?webhook_id=${id}`, {})).status).toBe(200);
  return api.trials.at(-1)?.target.authentication;
}

describe('paths', () => {
  test.each([
    ['/api/v2//webhooks/test', '/api/v2/webhooks/test'],
    ['/v1/events/', '/v1/events'],
    ['//api///v2//webhooks//', '/api/v2/webhooks'],
    ['/api/v2/webhooks/?sort=a//b/', '/api/v2/webhooks?sort=a//b/'],
    ['http://hooks.test//v1/events/?x=1', '/v1/events?x=1'],
    ['http://hooks.test?x', '/?x'],
    ['/', '/'],
    ['//', '/'],
    ['/v1/events', '/v1/events'],
    ['*', '/*'],
  ])('%s is %s', (given, path) => expect(normalPath(given)).toBe(path));

  test('with doubled and trailing slashes reach their operations', async () => {
    const { id } = webhook;
    const list = await get(`${PATH}/`);
    expect([list.status, list.body.webhooks.length]).toEqual([200, 1]);
    expect((await get(`/api//v2/webhooks/${id}/`)).body.webhook.id).toBe(id);
    expect((await api.call('POST', `/api/v2//webhooks/test?webhook_id=${id}`)).status).toBe(200);
    expect((await get('/healthz/')).status).toBe(200);
    const wrong = await api.call('POST', '/v1/events/', {});
    expect(wrong.body.error.code).not.toBe('RouteNotFound');
  });

  test('of links have no extra slash', async () => {
    const { body } = await get(`/api/v2//webhooks/${webhook.id}/invocations/?page[size]=1`);
    expect(body.links.next).toMatch(`https://hooks.test${invocations()}?page%5Bsize%5D=1&`);
  });
});

describe('times', () => {
  test.each([
    ['2026-01-31T10:00:00Z', 0, 0],
    ['2026-01-31T10:00:00', 0, 0],
    ['2026-01-31T12:00:00+02:00', 0, 0],
    ['2026-01-31T12:00:00 02:00', 0, 0],
    ['2026-01-31T12:00:00+0200', 0, 0],
    ['2026-01-31T04:30:00-05:30', 0, 0],
    ['2026-01-31t10:00:00.123456789z', 123, 124],
    ['2026-01-31T10:00:00.000000001', 0, 1],
    ['2026-02-01T00:00:00.9+14:00', 900, 900],
  ])('%s', (text, floor, ceil) => {
    const ms = Date.UTC(2026, 0, 31, 10);
    const { floorMs, ceilMs } = parseTime('filter[from_ts]', text);
    expect([floorMs - ms, ceilMs - ms]).toEqual([floor, ceil]);
  });

  test.each([
    [`filter[from_ts]=${DAY}T10:00:00%2B02:00`, [2, 1]],
    [`filter[from_ts]=${DAY}T10:00:00+02:00`, [2, 1]],
    [`filter[from_ts]=${DAY}T08:00:00`, [2, 1]],
    [`filter[to_ts]=${DAY}T08:00:00+00:00`, [0]],
    [`filter[from_ts]=${DAY}T10:00:00+02:00&filter[to_ts]=${DAY}T08:59:59`, [1]],
  ])('select rows: %s', async (query, expected) => {
    const { status, body } = await get(`${invocations()}?${query}`);
    expect(status).toBe(200);
    expect(body.invocations.map(({ id }: { id: string }) => ids.indexOf(id))).toEqual(expected);
  });

  test('are compared as moments, whatever their offsets', async () => {
    const { status, body } = await get(
      `${invocations()}?filter[from_ts]=${DAY}T09:00:00Z&filter[to_ts]=${DAY}T10:00:00%2B02:00`,
    );
    expect([status, body.errors[0].code]).toEqual([400, 'conflict']);
  });
});

describe('parameters', () => {
  test('with an empty value are absent', () => {
    expect(parseQuery('a=&b&c=1&d=&d=2&e=&e=&f=x&f=y')).toEqual({ c: '1', d: '2', f: ['x', 'y'] });
    expect(
      Object.keys(parseQuery(Array.from({ length: 2_000 }, (_, n) => `a${n}=1`).join('&'))),
    ).toHaveLength(2_000);
  });

  test.each([
    'filter[status]=&page[after]=&page[before]=&page[size]=&sort=&filter[from_ts]=',
    'filter[status]=&filter[status]=success',
    'filter[status]=terminated&account_id=',
  ])('%s is taken', async (query) =>
    expect((await get(`${invocations()}?${query}`)).status).toBe(200),
  );

  test('an empty clone_webhook_id or webhook_id is none', async () => {
    const created = await api.call('POST', `${PATH}?clone_webhook_id=`, { webhook: WEBHOOK });
    expect([created.status, created.body.webhook.name]).toEqual([201, WEBHOOK.name]);
    await api.call('DELETE', `${PATH}/${created.body.webhook.id}`);
    const { status, body } = await api.call('POST', `${PATH}/test?webhook_id=`, {});
    expect([status, body.errors[0].field]).toEqual([400, 'request']);
  });

  test('filter[status]=terminated finds none of ours', async () => {
    const { body } = await get(`${invocations()}?filter[status]=terminated`);
    expect(body.invocations).toEqual([]);
  });
});

describe('a filter that a list does not have is 400, and the message names the nearest', () => {
  test.each([
    ['filter[status][]=success', 'filter[status]'],
    ['filter[status_code]=200', 'filter[status]'],
    ['filter[from]=2030-01-01T00:00:00Z', 'filter[from_ts]'],
    ['filter[to]=2030-01-01T00:00:00Z', 'filter[to_ts]'],
    ['filter.status=success', 'filter[status]'],
    ['filters[status]=success', 'filter[status]'],
    ['Filter[Status]=success', 'filter[status]'],
    [`filter[${'x'.repeat(900)}]=1`, 'filter['],
  ])('%s', async (query, nearest) => {
    const { status, body } = await get(`${invocations()}?${query}`);
    expect([status, body.error.code, body.errors[0].code]).toEqual([
      400,
      'InvalidParameter',
      'unknown_field',
    ]);
    expect(body.error.message).toContain(`did you mean ${nearest}`);
    expect(body.error.message.length).toBeLessThan(200);
  });

  test('in every list', async () => {
    for (const path of [PATH, invocations(), '/v1/tokens', '/v1/audit', '/v1/accounts']) {
      const { status, body } = await api.call('GET', `${path}?filter[colour]=red`, undefined, {
        token: 'operator-1',
      });
      expect([status, body.errors[0].field], path).toEqual([400, 'filter[colour]']);
    }
  });

  test('at most 20 are listed', async () => {
    const query = Array.from({ length: 500 }, (_, n) => `filter[a${n}]=1`).join('&');
    expect((await get(`${PATH}?${query}`)).body.errors).toHaveLength(20);
  });
});

describe('errors', () => {
  test.each([
    ['GET', PATH, 401, { parameter: 'Authorization' }],
    ['DELETE', `${PATH}/x`, 403, { parameter: 'Authorization' }],
    ['GET', `${PATH}/x`, 404, { parameter: 'id' }],
    ['GET', '/nothing', 404, { parameter: 'path' }],
    ['PUT', PATH, 405, { parameter: 'method' }],
    ['GET', `${PATH}?page[size]=0`, 400, { parameter: 'page[size]' }],
    ['POST', `${PATH}?clone_webhook_id=x`, 404, { parameter: 'clone_webhook_id' }],
    ['GET', `/v1/audit?account_id=77`, 404, { parameter: 'account_id' }],
  ])('%s %s is %i with an item', async (method, path, status, source) => {
    const tokens: Record<number, string> = { 401: 'wrong', 403: 'read-1' };
    const token = tokens[status] ?? 'operator-1';
    const answer = await api.call(method, path, undefined, { token });
    expect(answer.status).toBe(status);
    const { message } = answer.body.error;
    expect(answer.body.errors).toEqual([
      {
        code: expect.any(String),
        title: expect.any(String),
        detail: message,
        message,
        field: Object.values(source)[0],
        source,
      },
    ]);
  });

  test('a webhook that is not valid is 400, with a pointer to each field', async () => {
    const { status, body } = await api.call('POST', PATH, {
      webhook: { ...WEBHOOK, name: 5, subscriptions: ['a.b', 7], 'a/b~c.d': 1 },
    });
    expect([status, body.error.title]).toEqual([400, 'Bad Request']);
    expect(body.errors).toHaveLength(3);
    expect(body.errors).toEqual(
      expect.arrayContaining(
        [
          ['/webhook/name', 'webhook.name', 'wrong_type', 'Wrong type'],
          ['/webhook/subscriptions/1', 'webhook.subscriptions[1]', 'wrong_type', 'Wrong type'],
          ['/webhook/a~1b~0c.d', 'webhook.a/b~c.d', 'unknown_field', 'Unknown field'],
        ].map(([pointer, field, code, title]) =>
          expect.objectContaining({ field, code, title, source: { pointer } }),
        ),
      ),
    );
  });

  test('a name with dots is one step of the pointer', async () => {
    const { body } = await api.call('POST', PATH, {
      webhook: { ...WEBHOOK, custom_headers: { 'X.A': 'a\nb' } },
    });
    expect(body.errors[0]).toMatchObject({
      field: 'webhook.custom_headers.X.A',
      source: { pointer: '/webhook/custom_headers/X.A' },
    });
  });

  test('under /v1 a body that is not valid is 422', async () => {
    const { status, body } = await api.call('PUT', `/v1/webhooks/${webhook.id}/delivery`, {});
    expect([status, body.error.title]).toEqual([422, 'Unprocessable Entity']);
    expect(body.errors[0].source).toEqual({ pointer: '/delivery' });
  });
});

describe('a webhook', () => {
  test('may name its method in any case', async () => {
    for (const http_method of ['post', 'Post']) {
      const created = await api.webhook({ http_method });
      expect(created.http_method).toBe('POST');
      await api.call('PATCH', `${PATH}/${created.id}`, { webhook: { http_method: 'pOsT' } });
      expect((await show(created.id)).http_method).toBe('POST');
    }
    await api.call('POST', `${PATH}/test`, {
      request: { endpoint: 'https://a.test/', http_method: 'delete', request_format: 'json' },
    });
    expect(api.trials.at(-1)?.target.httpMethod).toBe('DELETE');
  });

  test('keeps its credentials when data are null, absent, empty, or as read', async () => {
    const data = { username: 'ann', password: 'secret' };
    const { id } = await api.webhook({ authentication: { type: 'basic_auth', data } });
    for (const [method, given] of [
      ['PUT', { data: null, add_position: 'header' }],
      ['PUT', {}],
      ['PATCH', { data: {} }],
      ['PATCH', { data: { username: 'ann' } }],
      ['PATCH', { data: { username: null, password: null } }],
    ] as const) {
      const { status } = await api.call(method, `${PATH}/${id}`, {
        webhook: { ...WEBHOOK, authentication: { type: 'basic_auth', ...given } },
      });
      expect(status).toBe(204);
      expect(await credentials(id)).toMatchObject({ data });
    }
    const other = await api.call('PATCH', `${PATH}/${id}`, {
      webhook: { authentication: { type: 'bearer_token', data: null } },
    });
    expect(other.status).toBe(400);
  });

  test('keeps the place of its API key', async () => {
    const authentication = {
      type: 'api_key',
      data: { name: 'k', value: 'v' },
      add_position: 'query_string',
    };
    const { id } = await api.webhook({ authentication });
    const change = async (given: object) => {
      const sent = { webhook: { authentication: { type: 'api_key', ...given } } };
      expect((await api.call('PATCH', `${PATH}/${id}`, sent)).status).toBe(204);
      return credentials(id);
    };
    expect(await change({ data: null })).toMatchObject({ addPosition: 'query_string' });
    expect(await change({ add_position: 'header' })).toMatchObject({
      data: authentication.data,
      addPosition: 'header',
    });
  });

  test('may have an empty Basic password', async () => {
    const data = { username: 'key', password: '' };
    const { id } = await api.webhook({ authentication: { type: 'basic_auth', data } });
    expect(await credentials(id)).toMatchObject({ data });
  });

  test('takes a signing secret on create and on reset', async () => {
    const secret = ' 16 printable ~!';
    const { id } = await api.webhook({ signing_secret: { secret, algorithm: 'SHA256' } });
    expect(await secretOf(id)).toBe(secret);
    const other = 'x'.repeat(255);
    const body = { signing_secret: { secret: other } };
    const reset = await api.call('POST', `${PATH}/${id}/signing_secret`, body);
    expect([reset.status, reset.body.signing_secret.secret]).toEqual([201, other]);
    expect(await secretOf(id)).toBe(other);
    for (const none of [undefined, {}, { signing_secret: null }]) {
      const made = await api.call('POST', `${PATH}/${id}/signing_secret`, none);
      expect([made.status, made.body.signing_secret.secret]).toEqual([
        201,
        expect.stringMatching(/^[\w+/]{43}=$/),
      ]);
    }
  });

  test.each([
    [{ secret: 'x'.repeat(15) }, 'secret'],
    [{ secret: 'x'.repeat(256) }, 'secret'],
    [{ secret: `${'x'.repeat(15)}é` }, 'secret'],
    [{ secret: `${'x'.repeat(15)}\n` }, 'secret'],
    [{ secret: 'x'.repeat(16), algorithm: 'SHA1' }, 'algorithm'],
    [{ secret: 'x'.repeat(16), previous_until: null }, 'previous_until'],
  ])('does not take %j', async (signing_secret, key) => {
    const field = `signing_secret.${key}`;
    const created = await api.call('POST', PATH, { webhook: { ...WEBHOOK, signing_secret } });
    expect([created.status, created.body.errors[0].field]).toEqual([400, `webhook.${field}`]);
    const path = `${PATH}/${webhook.id}/signing_secret`;
    const reset = await api.call('POST', path, { signing_secret });
    expect([reset.status, reset.body.errors[0].field]).toEqual([400, field]);
    expect(JSON.stringify([created.body, reset.body])).not.toContain('xxx');
  });

  test('refuses a signing secret where it would be ignored', async () => {
    const given = { ...WEBHOOK, signing_secret: { secret: 'x'.repeat(16) } };
    for (const method of ['PUT', 'PATCH']) {
      const { status, body } = await api.call(method, `${PATH}/${webhook.id}`, { webhook: given });
      expect([status, body.errors[0].field]).toEqual([400, 'webhook.signing_secret']);
    }
    const tested = await api.call('POST', `${PATH}/test`, { webhook: given });
    expect([tested.status, tested.body.errors[0].field]).toEqual([400, 'webhook.signing_secret']);
    const none = { ...WEBHOOK, signing_secret: null };
    expect((await api.call('PUT', `${PATH}/${webhook.id}`, { webhook: none })).status).toBe(204);
  });
});

describe('a test', () => {
  const request = { endpoint: 'https://a.test/x', http_method: 'GET', request_format: 'json' };

  test.each([
    ['https://a.test/x', [{ key: 'a b', value: 'ü&' }], 'https://a.test/x?a+b=%C3%BC%26'],
    [
      'https://a.test/x?y=1',
      [
        { key: 'k', value: '' },
        { key: 'k', value: '2' },
      ],
      'https://a.test/x?y=1&k=&k=2',
    ],
    ['https://a.test/x', [], 'https://a.test/x'],
    ['https://a.test/x', null, 'https://a.test/x'],
  ])('sends query_parameters: %s %j', async (endpoint, query_parameters, sent) => {
    const body = { request: { ...request, endpoint, query_parameters } };
    expect((await api.call('POST', `${PATH}/test`, body)).status).toBe(200);
    expect(api.trials.at(-1)?.target.endpoint).toBe(sent);
  });

  test.each([
    [[{ key: '', value: 'v' }], 'query_parameters[0].key'],
    [[{ key: 'k' }], 'query_parameters[0].value'],
    [[{ key: 'k', value: 'v', more: 1 }], 'query_parameters[0].more'],
    [{ k: 'v' }, 'query_parameters'],
    [[{ key: 'k', value: '\ud800' }], 'query_parameters[0].value'],
  ])('refuses query_parameters %j', async (query_parameters, field) => {
    const body = { request: { ...request, query_parameters } };
    const answer = await api.call('POST', `${PATH}/test`, body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, `request.${field}`]);
  });

  test('without an answer has a response all the same', async () => {
    const errorMessage = 'refused: connection refused';
    api.exchange = { status: 'failed', errorMessage, response: undefined };
    const { status, body } = await api.call('POST', `${PATH}/test`, { request });
    api.exchange = {};
    expect([status, body.response]).toEqual([200, { headers: [], payload: errorMessage }]);
  });
});

describe('offset paging', () => {
  const wanted: string[] = [];
  const page = async (query: string) => await get(`${PATH}?filter[name_contains]=paged&${query}`);
  const names = (body: { webhooks: { name: string }[] }) => body.webhooks.map(({ name }) => name);
  beforeAll(async () => {
    for (let n = 0; n < 12; n++) {
      await api.webhook({ name: `paged ${n}` });
      wanted.unshift(`paged ${n}`);
    }
  });

  test('page 2 of 5 is rows 6 to 10', async () => {
    const { status, body } = await page('page=2&per_page=5');
    expect(status).toBe(200);
    expect(names(body)).toEqual(wanted.slice(5, 10));
    expect(body).toMatchObject({ count: 12, meta: { has_more: true } });
    const url = `https://hooks.test${PATH}?filter%5Bname_contains%5D=paged`;
    expect(body.next_page).toBe(`${url}&page=3&per_page=5`);
    expect(body.previous_page).toBe(`${url}&page=1&per_page=5`);
  });

  test.each(['', '&sort=name', '&sort=-name'])('a loop over pages ends%s', async (sort) => {
    const found: string[] = [];
    for (let number = 1; ; number++) {
      const { body } = await page(`page=${number}&per_page=5${sort}`);
      if (body.webhooks.length === 0) {
        expect([number, body.meta.has_more, body.next_page]).toEqual([4, false, undefined]);
        break;
      }
      found.push(...names(body));
    }
    const whole = names((await page(sort.slice(1))).body);
    expect(found).toEqual(whole);
  });

  test('next_page leads through the list', async () => {
    const found: string[] = [];
    let url: string | undefined = `${PATH}?filter[name_contains]=paged&per_page=5`;
    while (url !== undefined) {
      const { body } = await get(url.replace('https://hooks.test', ''));
      found.push(...names(body));
      url = body.next_page;
    }
    expect(found).toEqual(wanted);
  });

  test('its links lead on by cursor, with the same size', async () => {
    const { body } = await page('page=2&per_page=5');
    const next = await get(body.links.next.replace('https://hooks.test', ''));
    expect(names(next.body)).toEqual(wanted.slice(10));
    const prev = await get(body.links.prev.replace('https://hooks.test', ''));
    expect(names(prev.body)).toEqual(wanted.slice(0, 5));
    expect(prev.body).not.toHaveProperty('count');
  });

  test.each(['page=0', 'page=x', 'per_page=101', 'page=1&page[size]=5', 'page=1&page[after]=x'])(
    '%s is 400',
    async (query) => expect((await page(query)).status).toBe(400),
  );

  test('of lists that have cursors only is 400, and says what to do', async () => {
    for (const path of [invocations(), '/v1/audit', '/v1/tokens']) {
      const { status, body } = await get(`${path}?page=2&per_page=5`);
      expect([status, body.errors[0].field], path).toEqual([400, 'page']);
      expect(body.error.message).toContain('links.next');
    }
  });
});

describe('names and values of any length are cut in answers', () => {
  const LONG = 'x'.repeat(900_000);
  test.each([
    ['POST', PATH, { webhook: { ...WEBHOOK, [LONG]: 1 } }],
    ['POST', PATH, { webhook: { ...WEBHOOK, name: LONG } }],
    ['POST', PATH, { webhook: { ...WEBHOOK, status: LONG } }],
    ['POST', PATH, { webhook: { ...WEBHOOK, custom_headers: { [LONG]: 'v' } } }],
    [
      'POST',
      PATH,
      { webhook: { ...WEBHOOK, custom_headers: { [LONG]: 'a\nb', [`${LONG}2`]: 5 } } },
    ],
    ['POST', PATH, { webhook: { ...WEBHOOK, external_source: { [LONG]: '\u0000' } } }],
    [
      'POST',
      PATH,
      { webhook: { ...WEBHOOK, external_source: { a: { [LONG]: { b: ['\ud800'] } } } } },
    ],
    [
      'POST',
      PATH,
      { webhook: { ...WEBHOOK, authentication: { type: 'basic_auth', data: { [LONG]: 1 } } } },
    ],
    ['POST', PATH, { [LONG]: 1 }],
    ['POST', `${PATH}/test`, { request: { ...WEBHOOK, [LONG]: 1 } }],
    ['POST', '/v1/events', { [LONG]: 1, type: LONG }],
    ['POST', '/v1/events', { type: 'a.b', id: LONG }],
    ['POST', '/v1/tokens', { token: { name: LONG, role: LONG, [LONG]: LONG } }],
    ['GET', `${PATH}/${'y'.repeat(9_000)}`, undefined],
    ['GET', `/${'y'.repeat(9_000)}`, undefined],
    ['PUT', `/v1/${'y'.repeat(9_000)}?${'z'.repeat(3_000)}`, undefined],
    ['GET', `${PATH}?sort=${'y'.repeat(9_000)}&page[after]=${'z'.repeat(3_000)}`, undefined],
    ['GET', `${PATH}?filter[${'y'.repeat(9_000)}]=1`, undefined],
  ])('%s %.30s', async (method, path, body) => {
    const answer = await api.call(method, path, body);
    expect(JSON.stringify(answer.body).length).toBeLessThan(4_000);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    for (const { field, message } of answer.body.errors ?? []) {
      expect(field.length).toBeLessThan(250);
      expect(message.length).toBeLessThan(700);
    }
  });

  test('a long name keeps the rule that it broke', async () => {
    const { body } = await api.call('POST', PATH, { webhook: { ...WEBHOOK, [LONG]: 1 } });
    expect(body.error.message).toBe(`webhook.${'x'.repeat(60)}... is not a known field`);
    // Its own pointer would be as long as the name: this one points to what holds it.
    expect(body.errors[0].source).toEqual({ pointer: '/webhook' });
  });
});
