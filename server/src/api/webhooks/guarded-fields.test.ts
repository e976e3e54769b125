import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidFromId } from '../../model/ids.ts';
import { startTestApi, type TestApi, WEBHOOK } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const PATH = '/api/v2/webhooks';
const GUARDED = {
  endpoint: 'https://example.com/hook?token=S1&S2',
  custom_headers: { Authorization: 'Bearer S3', 'X-Team': 'S4' },
  external_source: { type: 'S5', data: { secret: 'S6' } },
};
const MASKED = {
  endpoint: 'https://example.com/hook?********',
  custom_headers: { Authorization: '********', 'X-Team': '********' },
  external_source: { type: '********' },
};

const show = async (id: string, token = 'admin-1') =>
  (await api.call('GET', `${PATH}/${id}`, undefined, { token })).body.webhook;

test('guarded fields are masked for the role read, in lists too, and for no other', async () => {
  const { id, ...rest } = await api.webhook(GUARDED);
  expect(rest).toMatchObject(GUARDED);
  expect(await show(id)).toEqual({ id, ...rest });
  expect(await show(id, 'operator-1')).toEqual({ id, ...rest });
  const masked = { id, ...rest, ...MASKED };
  expect(await show(id, 'read-1')).toEqual(masked);
  const list = await api.call('GET', PATH, undefined, { token: 'read-1' });
  expect(list.body.webhooks).toContainEqual(masked);
  expect(JSON.stringify(list.body)).not.toMatch(/\bS\d\b/);
});

describe('a webhook that was read with masks', () => {
  const readMasked = async () => {
    const { id } = await api.webhook(GUARDED);
    return show(id, 'read-1');
  };

  test.each(['PUT', 'PATCH'])(
    'keeps what it has when it is written back with %s',
    async (method) => {
      const webhook = await readMasked();
      const answer = await api.call(method, `${PATH}/${webhook.id}`, { webhook });
      expect(answer.status).toBe(204);
      expect(await show(webhook.id)).toMatchObject(GUARDED);
      expect(Object.keys((await show(webhook.id)).custom_headers)).toEqual([
        'Authorization',
        'X-Team',
      ]);
    },
  );

  test('takes changes beside the masks', async () => {
    const webhook = await readMasked();
    const change = {
      endpoint: 'https://example.com/other?token=S7',
      custom_headers: { 'X-Team': '********', 'X-New': 'new' },
      external_source: { type: 'other' },
    };
    await api.call('PATCH', `${PATH}/${webhook.id}`, { webhook: change });
    expect(await show(webhook.id)).toMatchObject({
      ...change,
      custom_headers: { 'X-Team': 'S4', 'X-New': 'new' },
    });
  });

  test.each([
    ['endpoint', { endpoint: 'https://example.com/other?********' }],
    ['custom_headers.X-New', { custom_headers: { 'X-New': '********' } }],
  ])('is refused where nothing is stored for a mask: %s', async (field, change) => {
    const webhook = await readMasked();
    for (const [method, path] of [
      ['PUT', `${PATH}/${webhook.id}`],
      ['PATCH', `${PATH}/${webhook.id}`],
    ] as const) {
      const answer = await api.call(method, path, { webhook: { ...webhook, ...change } });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body.errors).toMatchObject([
        { field: `webhook.${field}`, code: 'not_allowed' },
      ]);
    }
    expect(await show(webhook.id)).toMatchObject(GUARDED);
  });

  test.each([
    ['https://other.example/in/hi_S9', 'https://other.example/in/********'],
    [
      'https://other.example/hooks/in/hi_S9?key=S9',
      'https://other.example/hooks/in/********?********',
    ],
  ])('keeps the token of an inbox in the path: %s', async (endpoint, masked) => {
    const { id } = await api.webhook({ endpoint });
    const webhook = await show(id, 'read-1');
    expect(webhook.endpoint).toBe(masked);
    for (const method of ['PUT', 'PATCH']) {
      const change = { ...webhook, name: method };
      const answer = await api.call(method, `${PATH}/${id}`, { webhook: change });
      expect(answer.status).toBe(204);
      expect(await show(id)).toMatchObject({ endpoint, name: method });
    }
    for (const other of [masked.replace('other', 'third'), masked.replace('/in/', '/in/x/')]) {
      const answer = await api.call('PATCH', `${PATH}/${id}`, { webhook: { endpoint: other } });
      expect(answer.body.errors).toMatchObject([
        { field: 'webhook.endpoint', code: 'not_allowed' },
      ]);
    }
    const made = await api.call('POST', PATH, { webhook });
    expect(made.body.errors).toMatchObject([{ field: 'webhook.endpoint', code: 'not_allowed' }]);
    expect(await show(id)).toMatchObject({ endpoint });
  });

  test('stays writable where its endpoint was stored with a mask', async () => {
    const { id } = await api.webhook();
    const endpoint = 'https://other.example/in/********?key=S9';
    await api.sql('update webhook set endpoint = $1 where id = $2', [endpoint, uuidFromId(id)]);
    await api.reload();
    const webhook = await show(id);
    const answer = await api.call('PUT', `${PATH}/${id}`, { webhook: { ...webhook, name: 'new' } });
    expect(answer.status).toBe(204);
    expect(await show(id)).toMatchObject({ endpoint, name: 'new' });
  });

  test('cannot be created again: the masks would be sent', async () => {
    const answer = await api.call('POST', PATH, { webhook: await readMasked() });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'webhook.endpoint',
      'webhook.custom_headers.Authorization',
      'webhook.custom_headers.X-Team',
      'webhook.external_source',
    ]);
  });
});

test.each([
  ['text for custom_headers', 'custom_headers', 'S8'],
  ['a list for a header', 'custom_headers', { 'X-Team': ['S8'] }],
  ['a long header', 'custom_headers', { 'X-Team': `S8${'x'.repeat(5_000)}` }],
  ['a header with a control character', 'custom_headers', { 'X-Team': 'S8\u0000' }],
  ['text for authentication', 'authentication', 'S8'],
  ['text for its data', 'authentication', { type: 'bearer_token', data: 'S8' }],
  ['a bad token', 'authentication', { type: 'bearer_token', data: { token: 'S8 ü' } }],
  ['a password in the endpoint', 'endpoint', 'ftp://ann:S8@example.com/'],
  ['a malformed endpoint', 'endpoint', 'https://exa mple.com/?S8'],
  ['an address that is not allowed', 'endpoint', 'http://127.0.0.1/?token=S8'],
  ['a list for the endpoint', 'endpoint', ['S8']],
])('the refusal of %s does not quote it', async (_what, field, value) => {
  const answer = await api.call('POST', PATH, { webhook: { ...WEBHOOK, [field]: value } });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.body.errors[0].field).toContain(`webhook.${field}`);
  expect(JSON.stringify(answer.body)).not.toMatch(/\bS8/);
});

test('custom headers are sealed in the table, like credentials', async () => {
  const { id } = await api.webhook(GUARDED);
  const [row] = await api.sql(
    `select custom_headers, sealed_headers, webhook::text as whole from webhook
    where encode(sealed_headers, 'escape') <> '' order by created_at desc limit 1`,
  );
  expect(row?.['custom_headers']).toBeNull();
  expect(row?.['whole']).not.toContain(Buffer.from('S4').toString('hex'));
  await api.call('PATCH', `${PATH}/${id}`, { webhook: { custom_headers: null } });
  expect(await api.sql('select id from webhook where custom_headers is not null')).toEqual([]);
  expect(await show(id)).not.toHaveProperty('custom_headers');
});
