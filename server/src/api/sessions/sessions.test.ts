import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@hooktrail/harness/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { tokenHash } from '../../secrets/token-hash.ts';
import { readSession } from '../../sql/read-session.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestNode, type TestNode, TOKEN } from '../../testing/test-node.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: { failedLoginsPerMinute: 0 } });
});
afterAll(() => api.stop());

const OWN = { origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' };

interface Options {
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
  readonly payload?: object;
  readonly of?: TestApi;
}

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, options: Options = {}) {
  const { cookie, headers = OWN, payload, of = api } = options;
  const answer = await of.app.inject({
    method,
    url,
    headers: { host: 'localhost:80', ...headers, ...(cookie !== undefined && { cookie }) },
    ...(payload !== undefined && { payload }),
  });
  const body = answer.body === '' ? undefined : JSON.parse(answer.body);
  return { status: answer.statusCode, headers: answer.headers, body };
}

async function signIn(payload: object = { token: 'admin-1' }, of = api): Promise<string> {
  const { status, headers, body } = await ask('POST', '/v1/session', { payload, of });
  expect(body).toMatchObject({ session: { version: expect.any(String) } });
  expect(status).toBe(201);
  return String(headers['set-cookie']).split(';')[0] as string;
}

const messageOf = ({ body }: { body: { error: { message: string } } }) => body.error.message;
const revoke = async (name: string) => {
  await api.sql('delete from token where name = $1', [name]);
  await api.reload();
};
const makeToken = async (name: string) => {
  const { body } = await api.call('POST', '/v1/tokens', { token: { name, role: 'read' } });
  return body.token.secret as string;
};

describe('signing in', () => {
  test('takes a token that was made on another node, before this one hears of it', async () => {
    await api.sql(
      `insert into token (id, account_id, name, role, hash)
      values (gen_random_uuid(), 1, 'made-elsewhere', 'read', $1)`,
      [tokenHash('made-elsewhere')],
    );
    const cookie = await signIn({ token: 'made-elsewhere' });
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(200);
    await revoke('made elsewhere');
  });

  test('a token becomes a cookie that scripts cannot read', async () => {
    const { status, headers, body } = await ask('POST', '/v1/session', {
      payload: { token: 'read-1' },
    });
    expect(status).toBe(201);
    expect(headers['set-cookie']).toMatch(
      /^hooktrail_session=[\w-]{69}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43(200|199)$/,
    );
    expect(body.session).toEqual({
      account: { id: 1, name: 'one' },
      token: { id: expect.any(String), name: 'read-1', role: 'read' },
      version: '0.1.0',
      expires_at: expect.stringMatching(/Z$/),
    });
    const cookie = String(headers['set-cookie']).split(';')[0] as string;
    expect((await ask('GET', '/v1/session', { cookie })).body).toEqual(body);
    expect((await ask('GET', '/api/v2/webhooks', { cookie })).status).toBe(200);
    expect((await ask('GET', '/v1/tokens', { cookie })).status).toBe(403);
  });

  test('in Authorization', async () => {
    const headers = { authorization: 'Bearer publish-1' };
    expect((await ask('POST', '/v1/session', { headers })).body.session.token.role).toBe('publish');
    const shown = await ask('GET', '/v1/session', { headers });
    expect(shown.body.session).toMatchObject({ expires_at: null, token: { name: 'publish-1' } });
  });

  test('behind https the cookie is Secure and belongs to the host', async () => {
    const secure = await startTestApi({ publicUrl: 'https://hooks.example.com' });
    try {
      const headers = { ...OWN, origin: 'https://hooks.example.com' };
      const answer = await ask('POST', '/v1/session', {
        payload: { token: 'admin-1' },
        headers,
        of: secure,
      });
      const text = String(answer.headers['set-cookie']);
      expect(text).toMatch(/^__Host-hooktrail_session=.*; Path=\/; Max-Age=\d+; Secure$/);
      const [cookie = ''] = text.split(';');
      expect((await ask('GET', '/v1/session', { cookie, headers, of: secure })).status).toBe(200);
      const plain = cookie.replace('__Host-', '');
      expect((await ask('GET', '/v1/session', { cookie: plain, of: secure })).status).toBe(401);
    } finally {
      await secure.stop();
    }
  });

  test.each([
    [{ token: 'wrong' }, 401, 'the token is not valid'],
    [{ code: 'wrong' }, 401, 'the code is not valid: it signs in once, within 15 minutes'],
    [{}, 401, 'send a token, a code, or Authorization: Bearer TOKEN'],
    [
      { token: 'admin-1', code: 'x' },
      422,
      'code must be the only one of token, code and Authorization',
    ],
    [{ token: 1 }, 422, 'token must be'],
    [{ tokens: 'x' }, 422, 'tokens'],
    [{ token: '' }, 422, 'token'],
    [{ token: 'x'.repeat(201) }, 422, 'token'],
    [{ token: 'x'.repeat(5_000) }, 413, ''],
  ])('%j is %i', async (payload, status, message) => {
    const answer = await ask('POST', '/v1/session', { payload });
    expect(answer.status).toBe(status);
    expect(messageOf(answer)).toContain(message);
    expect(answer.headers['set-cookie']).toBeUndefined();
    // The browser's own prompt would cover the page.
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer realm="hooktrail"');
  });
});

describe('a session', () => {
  test('ends on every node when somebody signs out', async () => {
    const cookie = await signIn();
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(200);
    const ended = await ask('DELETE', '/v1/session', { cookie });
    expect(ended.status).toBe(204);
    expect(ended.headers['set-cookie']).toMatch(/^hooktrail_session=; .*Max-Age=0$/);
    const again = await ask('GET', '/v1/session', { cookie });
    expect(again.status).toBe(401);
    expect(messageOf(again)).toBe('the session has ended: sign in again');
    const { body } = await api.call('GET', '/v1/audit');
    expect(body.audit.slice(0, 2).map(({ operation }: { operation: string }) => operation)).toEqual(
      ['endSession', 'createSession'],
    );
  });

  test('ends with its token', async () => {
    const cookie = await signIn({ token: await makeToken('leaving') });
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(200);
    await revoke('leaving');
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(401);
  });

  test('of a suspended account is refused, and so is signing in', async () => {
    const cookie = await signIn({ token: 'admin-2' });
    await api.sql('update account set suspended_at = now() where id = 2');
    await api.reload();
    expect((await ask('GET', '/v1/session', { cookie })).body.error.code).toBe('AccountSuspended');
    const { body } = await ask('POST', '/v1/session', { payload: { token: 'admin-2' } });
    expect(body.error.code).toBe('AccountSuspended');
    await api.sql('update account set suspended_at = null where id = 2');
    await api.reload();
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(200);
  });

  test('ends after 12 hours', async () => {
    const cookie = await signIn();
    api.nowMs = Date.now() + 12 * HOUR_MS - MINUTE_MS;
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(200);
    api.nowMs = Date.now() + 12 * HOUR_MS + MINUTE_MS;
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(401);
    // The next sign-in deletes what expired.
    const later = await signIn();
    expect(await api.sql('select from session')).toHaveLength(1);
    await ask('DELETE', '/v1/session', { cookie: later });
    api.nowMs = undefined;
  });

  test('is one of 100 of its token: one more ends the oldest', async () => {
    const token = await makeToken('busy');
    const cookies: string[] = [];
    for (let n = 0; n < 101; n++) cookies.push(await signIn({ token }));
    const [first, second] = cookies;
    expect((await ask('GET', '/v1/session', { cookie: first as string })).status).toBe(401);
    expect((await ask('GET', '/v1/session', { cookie: second as string })).status).toBe(200);
    await revoke('busy');
  });

  test('cannot be made up: neither the id nor the MAC, nor a code as a cookie', async () => {
    const cookie = await signIn();
    const { body } = await api.call('POST', '/v1/session/code');
    const flipped = (at: number) =>
      cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1);
    for (const forged of [
      'hooktrail_session=',
      'hooktrail_session=x',
      `hooktrail_session=${body.sign_in.code}`,
      cookie.slice(0, -1),
      flipped('hooktrail_session='.length + 20),
      flipped('hooktrail_session='.length + 30),
    ]) {
      expect((await ask('GET', '/v1/session', { cookie: forged })).status, forged).toBe(401);
    }
    const among = `a=b; ${cookie}; c=d`;
    expect((await ask('GET', '/v1/session', { cookie: among })).status).toBe(200);
  });

  test('is read from the database once, until something changes', async () => {
    const cookie = await signIn();
    await ask('GET', '/v1/session', { cookie });
    await api.sql('delete from session');
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(200);
    await api.reload();
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(401);
  });
});

describe('pages of another origin', () => {
  const hook = { name: 'x', role: 'read' };

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port', { origin: 'http://localhost:81', 'sec-fetch-site': 'same-site' }],
    ['another scheme', { origin: 'https://localhost:80' }],
    ['an origin that hides', { origin: 'null' }],
    ['a form that only says its site', { 'sec-fetch-site': 'cross-site' }],
    ['a typed address', { 'sec-fetch-site': 'none' }],
    ['neither header', {}],
  ])('change nothing: %s', async (_, headers) => {
    const cookie = await signIn();
    const payload = { token: hook };
    const answer = await ask('POST', '/v1/tokens', { cookie, headers, payload });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'Forbidden']);
    expect((await ask('DELETE', '/v1/session', { cookie, headers })).status).toBe(403);
    expect((await ask('GET', '/v1/session', { cookie })).status).toBe(200);
    // A token is no ambient authority.
    const bearer = { ...headers, authorization: 'Bearer admin-1' };
    expect((await ask('GET', '/v1/session', { headers: bearer })).status).toBe(200);
  });

  test.each([
    [OWN, 200],
    [{ origin: 'http://localhost:80' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{}, 200],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ origin: 'http://localhost:81' }, 403],
  ])('read with %j: %i', async (headers: Record<string, string>, status) => {
    const cookie = await signIn();
    expect((await ask('GET', '/v1/session', { cookie, headers })).status).toBe(status);
  });

  test('do not sign anybody in as somebody else', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const answer = await ask('POST', '/v1/session', { headers, payload: { token: 'admin-1' } });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });

  test.each([
    [{ accept: 'image/avif,*/*' }, 403],
    [{ accept: 'text/event-stream', 'sec-fetch-site': 'same-site' }, 403],
    [{ accept: 'text/event-stream', origin: 'http://localhost:81' }, 403],
  ])('do not open the feed: %j', async (headers: Record<string, string>, status) => {
    const cookie = await signIn();
    expect((await ask('GET', '/v1/feed', { cookie, headers })).status).toBe(status);
  });
});

describe('a code', () => {
  const makeCode = async () => {
    const { status, body } = await api.call('POST', '/v1/session/code', undefined, {
      token: 'read-1',
    });
    expect(status).toBe(201);
    return body.sign_in;
  };

  test('signs in once, with the token that made it', async () => {
    const { code, url } = await makeCode();
    expect(url).toMatch(new RegExp(`/console/#code=${code}$`));
    const answers = await Promise.all(
      [1, 2, 3].map(() => ask('POST', '/v1/session', { payload: { code } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401]);
    const { body } = answers.find(({ status }) => status === 201) as (typeof answers)[0];
    expect(body.session.token.name).toBe('read-1');
  });

  test('works for 15 minutes', async () => {
    const early = await makeCode();
    const late = await makeCode();
    api.nowMs = Date.now() + 14 * MINUTE_MS;
    await signIn({ code: early.code });
    api.nowMs = Date.now() + 16 * MINUTE_MS;
    const { status } = await ask('POST', '/v1/session', { payload: { code: late.code } });
    expect(status).toBe(401);
    api.nowMs = undefined;
  });

  test('is neither a token nor a session', async () => {
    const { code } = await makeCode();
    const headers = { authorization: `Bearer ${code}` };
    expect((await ask('GET', '/v1/session', { headers })).status).toBe(401);
  });

  test('dies with its token', async () => {
    const token = await makeToken('brief');
    const { body } = await api.call('POST', '/v1/session/code', undefined, { token });
    await revoke('brief');
    const payload = { code: body.sign_in.code };
    expect((await ask('POST', '/v1/session', { payload })).status).toBe(401);
  });
});

test('wrong tokens, codes and cookies of an address share one limit', async () => {
  const limited = await startTestApi({ limits: { failedLoginsPerMinute: 2 } });
  try {
    const wrong = [
      () => ask('POST', '/v1/session', { payload: { token: 'wrong' }, of: limited }),
      () => ask('POST', '/v1/session', { payload: { code: 'wrong' }, of: limited }),
      () => ask('GET', '/v1/session', { cookie: 'hooktrail_session=wrong', of: limited }),
      () => ask('GET', '/v1/session', { headers: { authorization: 'Bearer wrong' }, of: limited }),
    ];
    for (const one of wrong) expect((await one()).status).toBe(401);
    for (const one of wrong) expect((await one()).status).toBe(429);
    const cookie = await signIn({ token: 'admin-1' }, limited);
    expect((await ask('GET', '/v1/session', { cookie, of: limited })).status).toBe(200);
  } finally {
    await limited.stop();
  }
});

/** Signs in and follows the feed. */
async function followFeed() {
  if (!api.app.server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const headers = { host, origin: `http://${host}` };
  const signedIn = await ask('POST', '/v1/session', { headers, payload: { token: 'read-1' } });
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0] as string;
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    path: '/v1/feed',
    headers: { host, cookie, accept: 'text/event-stream' },
  });
  request.end();
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(200);
  const feed = { cookie, headers, open: true };
  response.on('close', () => {
    feed.open = false;
  });
  response.resume();
  return feed;
}

test('a feed ends with its session', async () => {
  const feed = await followFeed();
  expect((await ask('DELETE', '/v1/session', feed)).status).toBe(204);
  await eventually('the end of the feed', () => !feed.open);
});

test('a feed ends with its session where the database did not answer at first', async () => {
  const feed = await followFeed();
  // Until it is asked about the session once.
  const { run } = api.database;
  const failing = vi.spyOn(api.database, 'run').mockImplementation(async (...call) => {
    if (call[0].name !== readSession.name) return run.apply(api.database, call) as never;
    failing.mockRestore();
    throw new Error('away');
  });
  expect((await ask('DELETE', '/v1/session', feed)).status).toBe(204);
  await eventually('the end of the feed', () => !feed.open);
  expect(vi.isMockFunction(api.database.run)).toBe(false);
});

describe('with two nodes', () => {
  let database: TestDatabase;
  const nodes: TestNode[] = [];
  afterEach(async () => {
    for (const node of nodes) await node.stop();
    await database.drop();
  });

  test('a session that one made works on the other, and ends there when the other ends it', async () => {
    database = await createTestDatabase();
    for (let count = 0; count < 2; count++) nodes.push(await startTestNode(database.url));
    const [one, two] = nodes as [TestNode, TestNode];
    const call = (node: TestNode, method: string, headers: object, body?: object) =>
      fetch(`${node.url}/v1/session`, {
        method,
        headers: { origin: node.url, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const made = await call(one, 'POST', {}, { token: TOKEN });
    expect(made.status).toBe(201);
    const cookie = String(made.headers.get('set-cookie')).split(';')[0] as string;
    const status = async (node: TestNode) => (await call(node, 'GET', { cookie })).status;
    // No notification says that there is a new session: whoever does not know it reads it.
    expect([await status(one), await status(two), await status(one)]).toEqual([200, 200, 200]);
    expect((await call(two, 'DELETE', { cookie })).status).toBe(204);
    expect(await status(two)).toBe(401);
    await eventually('the other node refuses it', async () => (await status(one)) === 401);
  });
});
