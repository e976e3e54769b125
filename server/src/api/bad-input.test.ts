import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi, WEBHOOK } from '../testing/test-api.ts';

/** Invalid values for every parameter and every body field. */

let api: TestApi;
let webhook: { id: string };
beforeAll(async () => {
  api = await startTestApi();
  webhook = await api.webhook();
  for (let count = 0; count < 3; count++) {
    await api.webhook();
    await api.invocation(webhook.id);
  }
});
afterAll(() => api.stop());

const PATH = '/api/v2/webhooks';
const invocations = () => `${PATH}/${webhook.id}/invocations`;
const query = (parameters: [string, string][]) => new URLSearchParams(parameters).toString();

function expectRejection(
  answer: Awaited<ReturnType<TestApi['call']>>,
  status: number,
  code: string,
  errors: { field: string; code: string }[],
) {
  expect({
    status: answer.status,
    code: answer.body?.error?.code,
    errors: answer.body?.errors?.map(({ field, code }: { field: string; code: string }) => ({
      field,
      code,
    })),
  }).toEqual({ status, code, errors: errors.map(({ field, code }) => ({ field, code })) });
  for (const { field, message } of answer.body.errors) {
    expect(message).toContain(field);
    expect(answer.body.error.message.length).toBeGreaterThan(10);
  }
  expect(answer.headers['x-request-id']).toEqual(expect.any(String));
}

describe('query parameters', () => {
  const paged: [string, string, string][] = [
    ['page[size]', '0', 'out_of_range'],
    ['page[size]', '101', 'out_of_range'],
    ['page[size]', '-1', 'out_of_range'],
    ['page[size]', '999999999999999', 'out_of_range'],
    ['page[size]', '9'.repeat(400), 'wrong_type'],
    ['page[size]', 'abc', 'wrong_type'],
    ['page[size]', '1.5', 'wrong_type'],
    ['page[size]', '0x10', 'wrong_type'],
    ['page[size]', '1e1', 'wrong_type'],
    ['page[size]', ' 5', 'wrong_type'],
    ['page[after]', 'x'.repeat(3000), 'too_long'],
    ['page[before]', 'x'.repeat(3000), 'too_long'],
  ];
  const listed: [string, string, string][] = [
    ['filter[name_contains]', 'x'.repeat(256), 'too_long'],
    ['filter[status]', 'activ', 'not_allowed'],
    ['sort', 'created_at', 'not_allowed'],
    ['sort', 'NAME', 'not_allowed'],
  ];
  const trailed: [string, string, string][] = [
    ['filter[status]', 'sucess', 'not_allowed'],
    ['filter[status]', 'client_error', 'not_allowed'],
    ['filter[status]', 'Success', 'not_allowed'],
    ['sort', 'latest_completed', 'not_allowed'],
    ['sort', '--latest_completed_at', 'not_allowed'],
    ...['filter[from_ts]', 'filter[to_ts]'].flatMap((field) =>
      [
        'yesterday',
        '1695031200',
        '2023-09-18',
        '2023-09-18 10:00:00Z',
        '2023-09-18T10:00:00.1234567890Z',
        '2023-09-18T10:00:00.Z',
        '2023-02-30T10:00:00Z',
        '2023-13-01T10:00:00Z',
        '2023-09-18T24:00:00Z',
        '2023-09-18T10:00:60Z',
        '2023-09-18T10:00:00Z\u0000',
        '2023-09-18T10:00:00+24:00',
        '2023-09-18T10:00:00+02:60',
        '2023-09-18T10:00:00+2',
        '2023-09-18T10:00:00 Z',
      ].map((value): [string, string, string] => [field, value, 'invalid_format']),
    ),
    ['filter[from_ts]', 'x'.repeat(41), 'too_long'],
    ['filter[to_ts]', 'x'.repeat(41), 'too_long'],
  ];

  test.each([...paged, ...listed])('webhooks: %s = %j is %s', async (field, value, code) => {
    const answer = await api.call('GET', `${PATH}?${query([[field, value]])}`);
    expect(answer.body.errors[0]?.code).toBe(code);
    expectRejection(answer, 400, 'InvalidParameter', [{ field, code }]);
  });

  test.each([...paged, ...trailed])('invocations: %s = %j is %s', async (field, value, code) => {
    const answer = await api.call('GET', `${invocations()}?${query([[field, value]])}`);
    const codes = answer.body.errors.map((error: { code: string }) => error.code);
    expect(codes).toContain(code);
    expectRejection(answer, 400, 'InvalidParameter', answer.body.errors);
    expect(answer.body.errors[0].field).toBe(field);
  });

  test('the message names the field, the rule and the value', async () => {
    const messages = await Promise.all(
      [
        ['page[size]', '500'],
        ['page[size]', 'abc'],
        ['filter[status]', 'sucess'],
        ['filter[from_ts]', 'noon'],
      ].map(async ([field = '', value = '']) => {
        const { body } = await api.call('GET', `${invocations()}?${query([[field, value]])}`);
        return body.error.message;
      }),
    );
    expect(messages).toEqual([
      'page[size] must be a whole number from 1 to 100, got 500',
      'page[size] must be a whole number from 1 to 100, got "abc"',
      'filter[status] must be one of unknown, accepted, success, failed, timeout, circuit broken, throttled, client error, server error, terminated, got "sucess"',
      'filter[from_ts] must be a time in ISO 8601 such as 2026-01-31T12:00:00Z or 2026-01-31T14:00:00+02:00, got "noon"',
    ]);
  });

  test.each([
    ['page[size]', '5'],
    ['sort', 'latest_completed_at'],
    ['filter[status]', 'success'],
    ['filter[from_ts]', '2023-09-18T10:00:00Z'],
    ['page[after]', 'x'],
  ])('%s given twice', async (field, value) => {
    const answer = await api.call(
      'GET',
      `${invocations()}?${query([
        [field, value],
        [field, value],
      ])}`,
    );
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
  });

  test('several errors are all reported', async () => {
    const answer = await api.call('GET', `${invocations()}?page[size]=0&sort=x&filter[status]=y`);
    const fields = answer.body.errors.map((error: { field: string }) => error.field);
    expect(fields.sort()).toEqual(['filter[status]', 'page[size]', 'sort']);
    expect(answer.body.error.message).toMatch(/ \(and 2 more\)$/);
  });

  test('from later than to, by a day or by a nanosecond', async () => {
    for (const [from, to] of [
      ['2023-09-19T00:00:00Z', '2023-09-18T00:00:00Z'],
      ['2023-09-18T00:00:00.000000002Z', '2023-09-18T00:00:00.000000001Z'],
    ]) {
      const answer = await api.call(
        'GET',
        `${invocations()}?filter[from_ts]=${from}&filter[to_ts]=${to}`,
      );
      expectRejection(answer, 400, 'InvalidParameter', [
        { field: 'filter[from_ts]', code: 'conflict' },
      ]);
      expect(answer.body.error.message).toContain(`"${from}" and "${to}"`);
    }
  });

  test('unknown parameters are ignored, but for filters', async () => {
    for (const path of [PATH, invocations()]) {
      const answer = await api.call('GET', `${path}?include=users&__proto__=1&filtered=1`);
      expect(answer.status).toBe(200);
    }
  });

  test('webhook_id and clone_webhook_id that do not exist', async () => {
    for (const path of [`${PATH}?clone_webhook_id=`, `${PATH}/test?webhook_id=`]) {
      for (const id of ['x', '01ARZ3NDEKTSV4RRFFQ69G5FAV', `${webhook.id}0`]) {
        const answer = await api.call('POST', path + id, { request: {} });
        expect([answer.status, answer.body.error.code]).toEqual([404, 'RecordNotFound']);
      }
      const twice = await api.call('POST', `${path}a&${path.split('?')[1]}b`, { request: {} });
      expect([twice.status, twice.body.error.code]).toEqual([400, 'InvalidParameter']);
    }
  });
});

describe('cursors', () => {
  const cursorOf = async (path: string): Promise<string> =>
    (await api.call('GET', path)).body.meta.after_cursor;

  test('page[after] and page[before] together', async () => {
    for (const path of [PATH, invocations()]) {
      const cursor = await cursorOf(`${path}?page[size]=1`);
      const answer = await api.call('GET', `${path}?page[after]=${cursor}&page[before]=${cursor}`);
      expectRejection(answer, 400, 'InvalidParameter', [
        { field: 'page[before]', code: 'conflict' },
      ]);
    }
  });

  test('tampered with at any position', async () => {
    for (const path of [PATH, invocations()]) {
      const cursor = await cursorOf(`${path}?page[size]=1`);
      const wrong = [
        'x',
        'nonsense',
        `${cursor}A`,
        `${cursor}=`,
        `${cursor}%20`,
        cursor.slice(0, -1),
        cursor.slice(1),
        encodeURIComponent(Buffer.from(cursor, 'base64url').toString('base64').replace(/=*$/, '+')),
        ...Array.from(cursor, (character, index) => {
          const other = character === 'A' ? 'B' : 'A';
          return cursor.slice(0, index) + other + cursor.slice(index + 1);
        }),
      ];
      for (const field of ['page[after]', 'page[before]']) {
        for (const value of wrong) {
          const answer = await api.call('GET', `${path}?${field}=${value}`);
          expectRejection(answer, 400, 'InvalidCursor', [{ field, code: 'invalid_cursor' }]);
        }
      }
    }
  });

  test('of another list, webhook, account or sort', async () => {
    const other = await api.webhook();
    for (let count = 0; count < 2; count++) await api.webhook({}, 'admin-2');
    const foreign = await api.call('GET', `${PATH}?page[size]=1`, undefined, { token: 'admin-2' });
    const list = await cursorOf(`${PATH}?page[size]=1`);
    const trail = await cursorOf(`${invocations()}?page[size]=1`);
    for (const path of [
      `${PATH}?page[after]=${trail}`,
      `${PATH}?page[after]=${foreign.body.meta.after_cursor}`,
      `${PATH}?sort=name&page[after]=${list}`,
      `${invocations()}?page[after]=${list}`,
      `${invocations()}?sort=latest_completed_at&page[after]=${trail}`,
      `${PATH}/${other.id}/invocations?page[after]=${trail}`,
    ]) {
      const answer = await api.call('GET', path);
      expectRejection(answer, 400, 'InvalidCursor', [
        { field: 'page[after]', code: 'invalid_cursor' },
      ]);
    }
    // Naming the default sort is the same as omitting it.
    const same = `${invocations()}?sort=-latest_completed_at&page[after]=${trail}`;
    expect((await api.call('GET', same)).status).toBe(200);
  });
});

/** Fields of a webhook: [title, change, rejected field, code]. */
const DIRECT = { subscriptions: ['conditional_ticket_events'] };
const basic = (data: unknown) => ({ authentication: { type: 'basic_auth', data } });
const bearer = (token: unknown) => ({ authentication: { type: 'bearer_token', data: { token } } });
const apiKey = (data: unknown, add_position = 'header') => ({
  authentication: { type: 'api_key', data, add_position },
});
const header = (name: string, value: unknown = 'v') => ({ custom_headers: { [name]: value } });

const targets: [string, object, string, string][] = [
  ['endpoint', { endpoint: 1 }, 'endpoint', 'wrong_type'],
  ['endpoint', { endpoint: '' }, 'endpoint', 'too_short'],
  ['endpoint', { endpoint: `https://x/${'y'.repeat(2039)}` }, 'endpoint', 'too_long'],
  ['endpoint', { endpoint: 'example.com' }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: 'ftp://example.com' }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: 'javascript:alert(1)' }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: 'https://' }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: 'https://x:99999/' }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: ' https://example.com' }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: 'https://example.com/a b' }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: 'https://example.com/\n' }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: 'https://ann:pw@example.com/' }, 'endpoint', 'not_allowed'],
  ['endpoint', { endpoint: 'https://ann@example.com/' }, 'endpoint', 'not_allowed'],
  ['endpoint', { endpoint: 'https://example.com/#top' }, 'endpoint', 'not_allowed'],
  ['endpoint', { endpoint: 'https://example.com/#' }, 'endpoint', 'not_allowed'],
  ['endpoint', { endpoint: 'http://example.com:0/' }, 'endpoint', 'not_allowed'],
  ['endpoint', { endpoint: 'http://93.184.216.34:00000/' }, 'endpoint', 'not_allowed'],
  ['endpoint', { endpoint: 'http://example..com/' }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: `http://${'x'.repeat(64)}.example/` }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: `http://${'a.'.repeat(128)}/` }, 'endpoint', 'invalid_format'],
  ['endpoint', { endpoint: `https://example.com/${'€'.repeat(889)}` }, 'endpoint', 'too_long'],
  [
    'endpoint',
    apiKey({ name: 'k', value: '€'.repeat(900) }, 'query_string'),
    'endpoint',
    'too_long',
  ],
  ['http_method', { http_method: 'HEAD' }, 'http_method', 'not_allowed'],
  ['http_method', { http_method: 'p0st' }, 'http_method', 'not_allowed'],
  ['http_method', { http_method: 1 }, 'http_method', 'wrong_type'],
  ['request_format', { request_format: 'yaml' }, 'request_format', 'not_allowed'],
  ['authentication', { authentication: 'basic' }, 'authentication', 'wrong_type'],
  ['authentication', { authentication: {} }, 'authentication.type', 'required'],
  ['type', { authentication: { type: 'oauth' } }, 'authentication.type', 'not_allowed'],
  ['data', basic('x'), 'authentication.data', 'wrong_type'],
  [
    'data',
    basic({ username: 'a', password: 'b', extra: 1 }),
    'authentication.data.extra',
    'unknown_field',
  ],
  [
    'data',
    basic({ username: 'a', password: 'b', token: 'c' }),
    'authentication.data.token',
    'unknown_field',
  ],
  ['username', basic({ password: 'b' }), 'authentication.data.username', 'required'],
  ['username', basic({ username: 1, password: 'b' }), 'authentication.data.username', 'wrong_type'],
  [
    'username',
    basic({ username: 'a:b', password: 'b' }),
    'authentication.data.username',
    'invalid_characters',
  ],
  [
    'username',
    basic({ username: 'a\n', password: 'b' }),
    'authentication.data.username',
    'invalid_characters',
  ],
  [
    'username',
    basic({ username: 'a'.repeat(256), password: 'b' }),
    'authentication.data.username',
    'too_long',
  ],
  ['password', basic({ username: 'a' }), 'authentication.data.password', 'required'],
  [
    'password',
    basic({ username: 'a', password: ['s3cret'] }),
    'authentication.data.password',
    'wrong_type',
  ],
  [
    'password',
    basic({ username: 'a', password: 's3cret'.repeat(200) }),
    'authentication.data.password',
    'too_long',
  ],
  [
    'password',
    basic({ username: 'a', password: 's3cret\r' }),
    'authentication.data.password',
    'invalid_characters',
  ],
  ['token', { authentication: { type: 'bearer_token' } }, 'authentication.data.token', 'required'],
  ['token', bearer(5), 'authentication.data.token', 'wrong_type'],
  ['token', bearer('s3cret token'), 'authentication.data.token', 'invalid_characters'],
  ['token', bearer('s3crét'), 'authentication.data.token', 'invalid_characters'],
  ['token', bearer('s3cret'.repeat(700)), 'authentication.data.token', 'too_long'],
  ['name', apiKey({ value: 'v' }), 'authentication.data.name', 'required'],
  ['name', apiKey({ name: '', value: 'v' }), 'authentication.data.name', 'too_short'],
  ['name', apiKey({ name: 'x'.repeat(256), value: 'v' }), 'authentication.data.name', 'too_long'],
  ['name', apiKey({ name: 'X Key', value: 'v' }), 'authentication.data.name', 'invalid_characters'],
  ['name', apiKey({ name: 'Host', value: 'v' }), 'authentication.data.name', 'reserved'],
  ...['Content-Type', 'USER-AGENT', 'accept', 'webhook_id'].map(
    (name): [string, object, string, string] => [
      'name',
      apiKey({ name, value: 'v' }),
      'authentication.data.name',
      'reserved',
    ],
  ),
  ['value', apiKey({ name: 'X-Key' }), 'authentication.data.value', 'required'],
  [
    'value',
    apiKey({ name: 'X-Key', value: 's3cret\n' }),
    'authentication.data.value',
    'invalid_characters',
  ],
  [
    'add_position',
    apiKey({ name: 'k', value: 'v' }, 'body'),
    'authentication.add_position',
    'not_allowed',
  ],
  [
    'add_position',
    {
      authentication: { type: 'bearer_token', data: { token: 't' }, add_position: 'query_string' },
    },
    'authentication.add_position',
    'not_allowed',
  ],
  [
    'authentication',
    { authentication: { ...bearer('t').authentication, x: 1 } },
    'authentication.x',
    'unknown_field',
  ],
  ['custom_headers', { custom_headers: [] }, 'custom_headers', 'wrong_type'],
  ['custom_headers', header('X-A', 1), 'custom_headers.X-A', 'wrong_type'],
  ['custom_headers', header('X-A', null), 'custom_headers.X-A', 'wrong_type'],
  ['custom_headers', header('X-A', 'a\r\nX-B: b'), 'custom_headers.X-A', 'invalid_characters'],
  ['custom_headers', header('X-A', '€'), 'custom_headers.X-A', 'invalid_characters'],
  ['custom_headers', header('X-A', 'v'.repeat(4097)), 'custom_headers.X-A', 'too_long'],
  ['custom_headers', header(''), 'custom_headers.', 'invalid_characters'],
  ['custom_headers', header('X A'), 'custom_headers.X A', 'invalid_characters'],
  ['custom_headers', header('X:A'), 'custom_headers.X:A', 'invalid_characters'],
  ['custom_headers', header('X\nA'), 'custom_headers.X\nA', 'invalid_characters'],
  ['custom_headers', header('Host'), 'custom_headers.Host', 'reserved'],
  ['custom_headers', header('content-LENGTH'), 'custom_headers.content-LENGTH', 'reserved'],
  ['custom_headers', header('Transfer-Encoding'), 'custom_headers.Transfer-Encoding', 'reserved'],
  ['custom_headers', header('Connection'), 'custom_headers.Connection', 'reserved'],
  ['custom_headers', header('Expect'), 'custom_headers.Expect', 'reserved'],
  [
    'custom_headers',
    header('X-Zendesk-Account-Id'),
    'custom_headers.X-Zendesk-Account-Id',
    'reserved',
  ],
  [
    'custom_headers',
    header('x-zendesk-webhook-anything'),
    'custom_headers.x-zendesk-webhook-anything',
    'reserved',
  ],
  ...['Content_Length', 'X_Zendesk_Webhook_Signature'].map(
    (name): [string, object, string, string] => [
      'custom_headers',
      header(name),
      `custom_headers.${name}`,
      'reserved',
    ],
  ),
  [
    'custom_headers',
    { custom_headers: { 'X-A': '1', 'x-a': '2' } },
    'custom_headers.x-a',
    'duplicate',
  ],
  [
    'custom_headers',
    { ...bearer('t'), ...header('AUTHORIZATION') },
    'custom_headers.AUTHORIZATION',
    'conflict',
  ],
  [
    'custom_headers',
    { ...apiKey({ name: 'X-Key', value: 'v' }), ...header('x-key') },
    'custom_headers.x-key',
    'conflict',
  ],
  [
    'custom_headers',
    { custom_headers: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`X-${i}`, 'v'])) },
    'custom_headers',
    'too_many',
  ],
];

const fields: [string, object, string, string][] = [
  ...targets,
  ['name', { name: '' }, 'name', 'too_short'],
  ['name', { name: ' \t\u00a0\u200b' }, 'name', 'invalid_format'],
  ['name', { name: 'x'.repeat(256) }, 'name', 'too_long'],
  ['name', { name: null }, 'name', 'wrong_type'],
  ['name', { name: 5 }, 'name', 'wrong_type'],
  ['name', { name: 'a\u0000b' }, 'name', 'invalid_characters'],
  ['name', { name: 'a\ud800b' }, 'name', 'invalid_characters'],
  ['description', { description: 5 }, 'description', 'wrong_type'],
  ['description', { description: 'x'.repeat(4097) }, 'description', 'too_long'],
  ['description', { description: '\u0000' }, 'description', 'invalid_characters'],
  ['status', { status: 'on' }, 'status', 'not_allowed'],
  ['status', { status: true }, 'status', 'wrong_type'],
  ['subscriptions', { subscriptions: 'order.paid' }, 'subscriptions', 'wrong_type'],
  ['subscriptions', { subscriptions: [1] }, 'subscriptions[0]', 'wrong_type'],
  [
    'subscriptions',
    { subscriptions: ['order.paid', 'order'] },
    'subscriptions[1]',
    'invalid_format',
  ],
  [
    'subscriptions',
    { subscriptions: ['zen:event-type:ticket'] },
    'subscriptions[0]',
    'invalid_format',
  ],
  ['subscriptions', { subscriptions: ['order*'] }, 'subscriptions[0]', 'invalid_format'],
  ['subscriptions', { subscriptions: ['a.'.repeat(128)] }, 'subscriptions[0]', 'too_long'],
  ['subscriptions', { subscriptions: ['a.b', 'a.b'] }, 'subscriptions[1]', 'duplicate'],
  [
    'subscriptions',
    { subscriptions: Array.from({ length: 501 }, (_, i) => `a.b${i}`) },
    'subscriptions',
    'too_many',
  ],
  [
    'subscriptions',
    { subscriptions: ['a.b', 'conditional_ticket_events'] },
    'subscriptions',
    'conflict',
  ],
  ['http_method', { http_method: 'PUT' }, 'http_method', 'conflict'],
  ['request_format', { request_format: 'xml' }, 'request_format', 'conflict'],
  ['external_source', { external_source: 'x'.repeat(16_384) }, 'external_source', 'too_long'],
  [
    'external_source',
    { external_source: { a: ['\u0000'] } },
    'external_source.a[0]',
    'invalid_characters',
  ],
  ['an unknown field', { colour: 'red' }, 'colour', 'unknown_field'],
  ['an inherited name', { toString: 1 }, 'toString', 'unknown_field'],
];

describe('fields of a webhook', () => {
  test.each(fields)('%s: %j', async (_what, change, field, code) => {
    const body = { webhook: { ...WEBHOOK, ...change } };
    const expected = [{ field: `webhook.${field}`, code }];
    for (const [method, path] of [
      ['POST', PATH],
      ['PUT', `${PATH}/${webhook.id}`],
      ['PATCH', `${PATH}/${webhook.id}`],
    ] as const) {
      const answer = await api.call(method, path, body);
      expectRejection(answer, 400, 'InvalidBody', expected);
      expect(JSON.stringify(answer.body)).not.toContain('s3cr');
    }
    const read = await api.call('GET', `${PATH}/${webhook.id}`);
    expect(read.body.webhook).toEqual(webhook);
  });

  test('an invalid key inside external_source', async () => {
    const answer = await api.call('POST', PATH, {
      webhook: { ...WEBHOOK, external_source: { 'a\u0000': 1 } },
    });
    expectRejection(answer, 400, 'InvalidBody', [
      { field: 'webhook.external_source', code: 'invalid_characters' },
    ]);
  });

  test.each(['name', 'endpoint', 'http_method', 'request_format', 'status'])(
    '%s is required on create and on PUT',
    async (field) => {
      const { [field as 'name']: _left, ...rest } = WEBHOOK;
      for (const [method, path] of [
        ['POST', PATH],
        ['PUT', `${PATH}/${webhook.id}`],
      ] as const) {
        const answer = await api.call(method, path, { webhook: rest });
        expectRejection(answer, 400, 'InvalidBody', [
          { field: `webhook.${field}`, code: 'required' },
        ]);
      }
      const patch = await api.call('PATCH', `${PATH}/${webhook.id}`, {
        webhook: { [field]: null },
      });
      expect([patch.status, patch.body.errors[0].field]).toEqual([400, `webhook.${field}`]);
    },
  );

  test.each([
    [{}, 'webhook', 'required'],
    [{ webhook: [] }, 'webhook', 'wrong_type'],
    [{ webhook: null }, 'webhook', 'wrong_type'],
    [{ webhook: WEBHOOK, other: 1 }, 'other', 'unknown_field'],
    [[], 'body', 'wrong_type'],
    ['"text"', 'body', 'wrong_type'],
    ['5', 'body', 'wrong_type'],
  ])('around the webhook: %j', async (body, field, code) => {
    for (const [method, path] of [
      ['POST', PATH],
      ['PUT', `${PATH}/${webhook.id}`],
      ['PATCH', `${PATH}/${webhook.id}`],
    ] as const) {
      const answer = await api.call(method, path, body);
      expectRejection(answer, 400, 'InvalidBody', [{ field, code }]);
    }
  });

  test('all errors are reported, up to 8', async () => {
    const answer = await api.call('POST', PATH, {
      webhook: {
        ...WEBHOOK,
        endpoint: 'https://ann@example.com/#x',
        subscriptions: ['x', 'y'],
        ...header('Host', '€'),
      },
    });
    expect(answer.body.errors).toHaveLength(6);
    expect(answer.body.error.message).toMatch(/ \(and 5 more\)$/);
    const unknown = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`x${i}`, 1]));
    const many = await api.call('POST', PATH, { webhook: { ...WEBHOOK, ...unknown } });
    expect(many.body.errors).toHaveLength(8);
    expect(JSON.stringify(many.body).length).toBeLessThan(4_000);
  });
});

describe('fields of a test', () => {
  const REQUEST = { endpoint: 'https://example.com/', http_method: 'POST', request_format: 'json' };
  const payloads: [string, object, string, string][] = [
    ['payload', { payload: 'no json' }, 'payload', 'invalid_format'],
    ['payload', { payload: 5, request_format: 'xml' }, 'payload', 'wrong_type'],
    ['payload', { payload: 'a\u0000', request_format: 'xml' }, 'payload', 'invalid_characters'],
    ['payload', { payload: 'a=b', request_format: 'form_encoded' }, 'payload', 'wrong_type'],
    ['payload', { payload: { a: 1 }, http_method: 'GET' }, 'payload', 'wrong_type'],
    [
      'payload',
      { payload: [['a', 'b'], ['c']], http_method: 'DELETE' },
      'payload[1]',
      'wrong_type',
    ],
    [
      'payload',
      { payload: [['a', 1]], request_format: 'form_encoded' },
      'payload[0]',
      'wrong_type',
    ],
    ['an unknown field', { colour: 'red' }, 'colour', 'unknown_field'],
  ];

  test.each([...targets, ...payloads])('%s: %j', async (_what, change, field, code) => {
    for (const key of ['request', 'webhook']) {
      const answer = await api.call('POST', `${PATH}/test`, { [key]: { ...REQUEST, ...change } });
      expectRejection(answer, 400, 'InvalidBody', [{ field: `${key}.${field}`, code }]);
      expect(JSON.stringify(answer.body)).not.toContain('s3cr');
    }
    expect(api.trials).toEqual([]);
  });

  test.each(['endpoint', 'http_method', 'request_format'])(
    '%s is required without a stored webhook',
    async (field) => {
      const { [field as 'endpoint']: _left, ...rest } = REQUEST;
      const answer = await api.call('POST', `${PATH}/test`, { request: rest });
      expectRejection(answer, 400, 'InvalidBody', [
        { field: `request.${field}`, code: 'required' },
      ]);
    },
  );

  test.each([
    [undefined, 'request', 'required'],
    [{}, 'request', 'required'],
    [{ request: REQUEST, webhook: REQUEST }, 'webhook', 'conflict'],
    [{ request: [] }, 'request', 'wrong_type'],
    [{ webhook: 'x' }, 'webhook', 'wrong_type'],
    [{ request: REQUEST, other: 1 }, 'other', 'unknown_field'],
    [[], 'body', 'wrong_type'],
  ])('around the webhook: %j', async (body, field, code) => {
    const answer = await api.call('POST', `${PATH}/test`, body);
    expectRejection(answer, 400, 'InvalidBody', [{ field, code }]);
  });
});

test('direct webhooks may use any method and format', async () => {
  await expect(
    api.webhook({ ...DIRECT, http_method: 'PUT', request_format: 'xml' }),
  ).resolves.toMatchObject(DIRECT);
});
