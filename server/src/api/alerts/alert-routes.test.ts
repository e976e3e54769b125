import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MOST_ALERT_ROUTES } from '../../model/alert.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let chat: Receiver;
beforeAll(async () => {
  api = await startTestApi({ networks: ['127.0.0.0/8'] });
});
beforeEach(async () => {
  chat = await startReceiver();
});
afterEach(async () => {
  await chat.close();
  await api.sql('delete from alert_route');
});
afterAll(() => api.stop());

const create = (route: object, token = 'admin-1') =>
  api.call('POST', '/v1/alert-routes', { route }, { token });

// biome-ignore lint/suspicious/noExplicitAny: a route as it is read
async function created(route: object): Promise<any> {
  const { body, status } = await create(route);
  expect(status, JSON.stringify(body)).toBe(201);
  return body.route;
}

const patch = (id: string, route: object) => api.call('PATCH', `/v1/alert-routes/${id}`, { route });

const slack = (settings: object = {}) => ({
  name: 'Chat',
  kind: 'slack',
  url: `${chat.url}/services/secret-path`,
  ...settings,
});

describe('a route', () => {
  it('is created, listed, shown, changed and deleted', async () => {
    const route = await created(slack({ kinds: ['failing', 'breaker'] }));
    expect(route).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      name: 'Chat',
      kind: 'slack',
      enabled: true,
      url: `${chat.url}/services/secret-path`,
      kinds: ['failing', 'breaker'],
      minimum_severity: 'warning',
      created_at: expect.any(String),
      changed_at: expect.any(String),
      last_sent_at: null,
      last_error: null,
    });
    const path = `/v1/alert-routes/${route.id}`;
    expect((await api.call('GET', path)).body).toEqual({ route });
    expect((await api.call('GET', '/v1/alert-routes')).body).toEqual({ routes: [route] });
    const changed = await patch(route.id, {
      name: 'On call',
      enabled: false,
      kinds: null,
      minimum_severity: 'critical',
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        route: {
          ...{ name: 'On call', enabled: false, kinds: null, minimum_severity: 'critical' },
          url: route.url,
        },
      },
    });
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('GET', path)).status).toBe(404);
    expect((await api.call('DELETE', path)).status).toBe(404);
    expect((await patch(route.id, { name: 'x' })).status).toBe(404);
  });

  it('has its own target, by kind', async () => {
    const { id, name } = await api.webhook({ name: 'Operations' });
    const mail = await created({ name: 'Mail', kind: 'email', addresses: ['ops@example.com'] });
    expect(mail).toMatchObject({ addresses: ['ops@example.com'] });
    expect(mail).not.toHaveProperty('url');
    const webhook = await created({ name: 'Webhook', kind: 'webhook', webhook_id: id });
    expect(webhook.webhook).toEqual({ id, name });
    const manager = await created({
      name: 'Manager',
      kind: 'alertmanager',
      url: `http://ann:p%40ss@127.0.0.1:${chat.port}/prefix`,
    });
    expect(manager.url).toBe(`http://********@127.0.0.1:${chat.port}/prefix`);
  });

  it('is masked for those who may not change it, and credentials for all', async () => {
    const { id } = await created(slack());
    const shown = await api.call('GET', `/v1/alert-routes/${id}`, undefined, { token: 'read-1' });
    expect(shown.body.route.url).toBe(`${chat.url}/********`);
    const list = await api.call('GET', '/v1/alert-routes', undefined, { token: 'read-1' });
    expect(JSON.stringify(list.body)).not.toContain('secret-path');
    const [{ target }] = (await api.sql('select target from alert_route')) as [{ target: Buffer }];
    expect(target.toString('latin1')).not.toContain('secret-path');
  });

  it('is audited without its secrets', async () => {
    const { id } = await created({
      ...slack({ name: 'Audited', kind: 'alertmanager' }),
      bearer_token: 'a-token',
    });
    await patch(id, { url: `${chat.url}/services/other-path` });
    await patch(id, { bearer_token: 'next-token' });
    const { body } = await api.call('GET', '/v1/audit');
    const entries = body.audit.filter(
      (entry: { target: { id: string } }) => entry.target.id === id,
    );
    expect(entries.map((entry: { operation: string }) => entry.operation)).toEqual([
      'patchAlertRoute',
      'patchAlertRoute',
      'createAlertRoute',
    ]);
    expect(entries[0].changes).toEqual([{ field: 'authentication secret' }]);
    expect(entries[1].changes).toEqual([{ field: 'url path' }]);
    expect(JSON.stringify(entries)).not.toMatch(/secret-path|other-path|a-token|next-token/);
  });

  it('keeps what is written back as it was read', async () => {
    const url = `http://ann:p%40ss@127.0.0.1:${chat.port}/prefix`;
    const route = await created({ name: 'Manager', kind: 'alertmanager', url });
    expect((await patch(route.id, { url: route.url })).body.route.url).toBe(route.url);
    await api.call('POST', `/v1/alert-routes/${route.id}/test`);
    expect(chat.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('ann:p@ss').toString('base64')}`,
    );
    const elsewhere = route.url.replace('prefix', 'other');
    expect((await patch(route.id, { url: elsewhere })).body.errors).toMatchObject([
      { field: 'route.url', code: 'not_allowed' },
    ]);
  });

  it('sends a stored token to no other server', async () => {
    const url = `${chat.url}/one`;
    const { id } = await created({ ...slack({ kind: 'alertmanager', url }), bearer_token: 'abc' });
    expect((await patch(id, { url: `${chat.url}/two` })).status).toBe(200);
    await api.call('POST', `/v1/alert-routes/${id}/test`);
    expect(chat.requests[0]).toMatchObject({
      path: '/two/api/v2/alerts',
      headers: { authorization: 'Bearer abc' },
    });
    const other = 'http://127.0.0.2:9093/';
    expect((await patch(id, { url: other })).body.errors).toMatchObject([
      { field: 'route.bearer_token', code: 'required' },
    ]);
    expect((await patch(id, { url: other, bearer_token: null })).status).toBe(200);
    expect((await patch(id, { url: other, bearer_token: 'def' })).status).toBe(200);
  });

  it('is one of at most 20, each with a name of its own', async () => {
    for (let count = 0; count < MOST_ALERT_ROUTES; count++) {
      await created(slack({ name: `Chat ${count}` }));
    }
    expect(await create(slack())).toMatchObject({
      status: 409,
      body: { error: { code: 'TooManyAlertRoutes' } },
    });
    const [{ id }] = (await api.call('GET', '/v1/alert-routes')).body.routes;
    expect((await patch(id, { name: 'Chat 1' })).body.errors).toMatchObject([
      { field: 'route.name', code: 'duplicate' },
    ]);
    expect((await patch(id, { name: 'Chat 19' })).status).toBe(200);
  });
});

describe('a wrong route', () => {
  it.each<[string, object, string, string]>([
    ['no URL', { url: undefined }, 'route.url', 'required'],
    ['a URL of another protocol', { url: 'ftp://x/s3cret' }, 'route.url', 'invalid_format'],
    ['a URL with spaces', { url: 'http://x/s3cret s3cret' }, 'route.url', 'invalid_format'],
    ['a fragment', { url: 'https://x.example/s3cret#a' }, 'route.url', 'not_allowed'],
    ['credentials for a chat', { url: 'http://a:s3cret@x.example/' }, 'route.url', 'not_allowed'],
    ['a private address', { url: 'http://192.168.0.1/s3cret' }, 'route.url', 'not_allowed'],
    ['an invisible name', { name: ' ' }, 'route.name', 'invalid_format'],
    ['an address', { addresses: ['a@b.example'] }, 'route.addresses', 'not_allowed'],
    ['a token for a chat', { bearer_token: 's3cret' }, 'route.bearer_token', 'not_allowed'],
    ['an unknown kind of alerts', { kinds: ['weather'] }, 'route.kinds[0]', 'not_allowed'],
    ['no kind of alerts', { kinds: [] }, 'route.kinds', 'too_short'],
    ['a kind of alerts twice', { kinds: ['gap', 'gap'] }, 'route.kinds', 'duplicate'],
    ['a URL in a list', { url: ['http://x.example/s3cret'] }, 'route.url', 'wrong_type'],
    ['an unknown kind', { kind: 'pigeon' }, 'route.kind', 'not_allowed'],
    ['an unknown field', { color: 'red' }, 'route.color', 'unknown_field'],
  ])('is refused for %s', async (_what, settings, field, code) => {
    const { body, status } = await create(slack(settings));
    expect(status).toBe(422);
    const [error] = body.errors;
    expect(error.field).toBe(field);
    expect(error.code).toBe(code);
    expect(JSON.stringify(body)).not.toMatch(/s3cret|secret-path/);
  });

  it.each([
    [['not an address'], 'route.addresses[0]'],
    [['a@b.example', 'a@b.example\r\nBcc: eve@example.com'], 'route.addresses[1]'],
    [['Ann <a@b.example>'], 'route.addresses[0]'],
    [Array.from({ length: 21 }, (_, count) => `a${count}@b.example`), 'route.addresses'],
  ])('is refused for the addresses %j', async (addresses, field) => {
    const { body, status } = await create({ name: 'Mail', kind: 'email', addresses });
    expect([status, body.errors[0].field]).toEqual([422, field]);
  });

  it('is refused for a webhook that cannot carry events', async () => {
    const form = await api.webhook({
      request_format: 'form_encoded',
      subscriptions: ['conditional_ticket_events'],
    });
    const theirs = await api.webhook({}, 'admin-2');
    for (const [id, what] of [
      [form.id, 'sends JSON'],
      [theirs.id, 'of this account'],
      ['01ARZ3NDEKTSV4RRFFQ69G5FAV', 'of this account'],
    ]) {
      const { body } = await create({ name: 'Webhook', kind: 'webhook', webhook_id: id });
      expect(body.errors[0]).toMatchObject({ field: 'route.webhook_id' });
      expect(body.errors[0].message).toContain(what);
    }
  });
});

describe('a test', () => {
  it('says what became of it, and notes it on the route', async () => {
    const { id } = await created(slack({ enabled: false }));
    const test = () => api.call('POST', `/v1/alert-routes/${id}/test`);
    expect(await test()).toMatchObject({
      status: 200,
      body: { test: { sent: true, status: 200 } },
    });
    expect(JSON.parse(chat.requests[0]?.body ?? '').text).toMatch(/^\*Test\*: This is a test/);
    const shown = async () => (await api.call('GET', `/v1/alert-routes/${id}`)).body.route;
    expect(await shown()).toMatchObject({ last_sent_at: expect.any(String), last_error: null });
    chat.behave((_request, response) => response.writeHead(403).end('no'));
    const error = 'the receiver answered 403: no';
    expect((await test()).body).toEqual({ test: { sent: false, status: 403, error } });
    expect(await shown()).toMatchObject({ last_error: error });
    // What failed says nothing of where it leads now.
    await patch(id, { name: 'Chat 2' });
    expect((await shown()).last_error).toBeNull();
  });

  it('says what is missing for an e-mail', async () => {
    const { id } = await created({ name: 'Mail', kind: 'email', addresses: ['ops@example.com'] });
    expect((await api.call('POST', `/v1/alert-routes/${id}/test`)).body).toEqual({
      test: { sent: false, error: 'no mail server is set: see HOOKTRAIL_SMTP_URL' },
    });
  });

  it('is refused while four of the account run', async () => {
    const { id } = await created(slack());
    const path = `/v1/alert-routes/${id}/test`;
    const answers: (() => void)[] = [];
    chat.behave((_request, response) => {
      answers.push(() => response.end('ok'));
    });
    const running = Array.from({ length: 4 }, () => api.call('POST', path));
    await eventually('four tests', async () => answers.length === 4 || undefined);
    const refused = await api.call('POST', path);
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'TooManyRequests' } } });
    expect(refused.headers['retry-after']).toBe('10');
    for (const answer of answers) answer();
    for (const one of running) expect((await one).status).toBe(200);
    chat.behave((_request, response) => response.end('ok'));
    expect((await api.call('POST', path)).status).toBe(200);
  });
});

it('belongs to its account, and to admins', async () => {
  const { id } = await created(slack());
  const path = `/v1/alert-routes/${id}`;
  for (const [method, at] of [
    ['GET', path],
    ['DELETE', path],
    ['POST', `${path}/test`],
  ] as const) {
    expect((await api.call(method, at, undefined, { token: 'admin-2' })).status).toBe(404);
    expect((await api.call(method, at, undefined, { token: 'publish-1' })).status).toBe(403);
  }
  expect((await create(slack(), 'read-1')).status).toBe(403);
  expect((await api.call('POST', `${path}/test`, undefined, { token: 'read-1' })).status).toBe(403);
});
