import { get } from 'node:http';
import { eventually } from '@hooktrail/harness/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { idAt, startTestApi, type TestAnswer, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let webhookId: string;
let invocationId: string;
const eventId = idAt(Date.now());
beforeAll(async () => {
  api = await startTestApi();
  webhookId = (await api.webhook()).id;
  await api.event(eventId, '{}');
  invocationId = await api.invocation(webhookId, { eventId });
});
afterAll(() => api.stop());
beforeEach(() => {
  // Answers say their age in seconds. A busy machine must not make them older.
  let nowMs = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => {
    nowMs += 0.001;
    return nowMs;
  });
});
afterEach(() => vi.restoreAllMocks());

const accepting = (control: string, token = 'admin-1') => ({
  token,
  headers: { 'cache-control': control },
});

/** Every test asks for an URL of its own: answers outlive a test. */
let asked = 0;
const path = () => `/v1/invocations?page[size]=${++asked}`;

const ask = (url: string, control = 'max-age=60', token?: string): Promise<TestAnswer> =>
  api.call('GET', url, undefined, accepting(control, token));

/** How many statements some calls cost. */
async function statements(calls: () => Promise<unknown>): Promise<number> {
  const run = vi.spyOn(api.database, 'run');
  await calls();
  const { length } = run.mock.calls;
  run.mockRestore();
  return length;
}

// The console counts on these figures: what a screen costs while it is left open is their sum.
test.each([
  ['/v1/invocations?page[size]=77', 4],
  ['/v1/counts?q=since:24h&by=status', 3],
  ['/v1/webhooks/WEBHOOK/health', 4],
  ['/v1/invocations/INVOCATION', 6],
  ['/v1/events/EVENT', 4],
  ['/v1/jobs', 1],
  ['/v1/problems', 4],
  ['/v1/undelivered', 4],
  ['/v1/events', 6],
  ['/api/v2/webhooks?page[size]=100', 0],
])('fifty tabs on %s cost what one does, %i statements', async (template, most) => {
  const url = template
    .replace('WEBHOOK', webhookId)
    .replace('INVOCATION', invocationId)
    .replace('EVENT', eventId);
  const one = await statements(() => ask(url, 'no-cache'));
  const many = await statements(async () => {
    const together = await Promise.all(Array.from({ length: 25 }, () => ask(url)));
    for (let n = 0; n < 25; n++) together.push(await ask(url));
    expect(together.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const [first] = together;
    for (const { body, headers } of together) {
      expect(body).toEqual(first?.body);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['link']).toEqual(first?.headers['link']);
    }
    expect(together.at(-1)?.headers['age']).toBe('1');
    expect(new Set(together.map(({ headers }) => headers['x-request-id'])).size).toBe(50);
  });
  // A node remembers some of what the first of them read.
  expect(many).toBeLessThanOrEqual(one);
  expect(one).toBeLessThanOrEqual(most);
});

test.each([
  undefined,
  'no-cache',
  'no-store',
  'max-age=0',
  'max-age=5, no-cache',
  'max-age=-1',
  'max-age=x',
  'public',
])('with Cache-Control: %s, a caller reads for itself', async (control) => {
  const url = path();
  await ask(url);
  const run = vi.spyOn(api.database, 'run');
  const { headers } = await api.call('GET', url, undefined, {
    headers: control === undefined ? {} : { 'cache-control': control },
  });
  expect(run.mock.calls.length).toBeGreaterThan(0);
  expect(headers['age']).toBeUndefined();
});

// Before other accounts are active: beside them, an account has one turn.
test('a caller that goes away while it waits for its turn leaves nobody waiting', async () => {
  const base = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const url = path();
  // All turns of reads are taken.
  const release: (() => void)[] = [];
  const { run } = api.database;
  const held = vi.spyOn(api.database, 'run').mockImplementation(async (...call) => {
    await new Promise<void>((resolve) => release.push(resolve));
    return run.apply(api.database, call) as never;
  });
  const blockers = Array.from({ length: 8 }, () => api.call('GET', path()));
  await eventually('no turn is left', () => release.length >= 5);
  const headers = { authorization: 'Bearer admin-1', 'cache-control': 'max-age=60' };
  const request = get(base + url, { headers });
  request.on('error', () => undefined);
  let [isThere, isGone] = [false, false];
  api.app.server.once('request', (_request, response) => {
    isThere = true;
    response.once('close', () => (isGone = true));
  });
  await eventually('it waits', () => isThere);
  const { host } = new URL(base);
  const other = api.call('GET', url, undefined, { headers: { ...headers, host } });
  request.destroy();
  await eventually('it is gone', () => isGone);
  held.mockRestore();
  const answers = Promise.all([other, ...blockers]);
  for (const one of release.splice(0)) one();
  for (const { status } of await answers) expect(status).toBe(200);
});

test('accounts, roles, URLs and hosts do not share', async () => {
  const url = path();
  await ask(url);
  for (const call of [
    () => ask(url, 'max-age=60', 'admin-2'),
    () => ask(url, 'max-age=60', 'read-1'),
    () => ask(`${url}&q=`),
    () =>
      api.call('GET', url, undefined, {
        headers: { 'cache-control': 'max-age=60', host: 'other.example' },
      }),
  ]) {
    expect((await call()).headers['age']).toBeUndefined();
  }
  expect((await ask(url)).headers['age']).toBe('1');
});

test.each(['/v1/nodes', '/v1/storage'])('%s is shared among operators only', async (url) => {
  expect((await ask(url, 'max-age=60', 'operator-1')).status).toBe(200);
  expect((await ask(url, 'max-age=60', 'operator-1')).headers['age']).toBe('1');
  for (const token of ['admin-1', 'publish-1', 'read-1', 'admin-2']) {
    expect((await ask(url, 'max-age=60', token)).status, token).toBe(403);
  }
});

test('nothing is shared that is of the token, or a secret', async () => {
  const secret = `/api/v2/webhooks/${webhookId}/signing_secret`;
  for (const url of ['/v1/session', '/v1/tokens', '/v1/audit', secret]) {
    await ask(url);
    const answer = await ask(url);
    expect([url, answer.status, answer.headers['age']]).toEqual([url, 200, undefined]);
  }
});

test('a token that was revoked gets nothing of what is kept', async () => {
  const url = path();
  const { body } = await api.call('POST', '/v1/tokens', {
    token: { name: 'short', role: 'admin' },
  });
  expect((await ask(url, 'max-age=60', body.token.secret)).status).toBe(200);
  await api.call('DELETE', `/v1/tokens/${body.token.id}`);
  expect((await ask(url, 'max-age=60', body.token.secret)).status).toBe(401);
});

test('a refusal and a failure are not shared, and who waited for one reads for itself', async () => {
  const refused = `${path()}&q=${encodeURIComponent('stauts:failed')}`;
  expect([(await ask(refused)).status, (await ask(refused)).status]).toEqual([400, 400]);
  const url = path();
  let fail: (error: Error) => void = () => undefined;
  vi.spyOn(api.database, 'run').mockImplementationOnce(
    () => new Promise((_resolve, reject) => (fail = reject)),
  );
  const first = ask(url);
  await eventually('the first reads', () => vi.mocked(api.database.run).mock.calls.length === 1);
  const others = [ask(url), ask(url)];
  await new Promise(setImmediate);
  expect(vi.mocked(api.database.run).mock.calls.length).toBe(1);
  fail(new Error('no'));
  expect((await first).status).toBe(500);
  for (const { headers, status } of await Promise.all(others)) {
    expect([status, headers['age']]).toEqual([200, undefined]);
  }
});
