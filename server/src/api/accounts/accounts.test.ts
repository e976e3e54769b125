import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi, WEBHOOK } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const PATH = '/v1/accounts';
const operator = { token: 'operator-1' };

async function make(values: object) {
  const { status, body } = await api.call('POST', PATH, { account: values }, operator);
  expect(status).toBe(201);
  return body.account;
}

async function firstToken(accountId: number): Promise<string> {
  const path = `/v1/tokens?account_id=${accountId}`;
  const token = { name: 'first', role: 'admin' };
  const { body } = await api.call('POST', path, { token }, operator);
  return body.token.secret;
}

test('an account is created, shown, renamed, and works with its first token', async () => {
  const account = await make({ name: 'Acme' });
  expect(account).toEqual({
    id: expect.any(Number),
    name: 'Acme',
    profile: 'durable',
    created_at: expect.stringMatching(/Z$/),
  });
  const path = `${PATH}/${account.id}`;
  expect((await api.call('GET', path, undefined, operator)).body).toEqual({ account });
  const renamed = await api.call('PATCH', path, { account: { name: 'Acme Ltd' } }, operator);
  expect([renamed.status, renamed.body]).toEqual([
    200,
    { account: { ...account, name: 'Acme Ltd' } },
  ]);
  expect((await api.call('GET', path, undefined, operator)).body.account.name).toBe('Acme Ltd');

  const token = await firstToken(account.id);
  const webhook = await api.webhook({}, token);
  const own = await api.call('GET', '/api/v2/webhooks', undefined, { token });
  expect(own.body.webhooks.map(({ id }: { id: string }) => id)).toEqual([webhook.id]);
  expect((await api.call('GET', `/api/v2/webhooks/${webhook.id}`)).status).toBe(404);
});

test('stores the profile', async () => {
  expect(await make({ name: 'Z', profile: 'zendesk' })).toMatchObject({ profile: 'zendesk' });
});

test('accounts created concurrently get distinct ids', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, (_, n) => make({ name: `n${n}` })));
  expect(new Set(made.map(({ id }) => id)).size).toBe(8);
});

test('lists all, newest first, and pages in both directions', async () => {
  const all = (await api.call('GET', PATH, undefined, operator)).body;
  const numbers = all.accounts.map(({ id }: { id: number }) => id);
  expect(numbers).toEqual([...numbers].sort((one, other) => other - one));
  expect(numbers.slice(-2)).toEqual([2, 1]);
  expect([all.meta, all.links]).toEqual([{ has_more: false }, {}]);

  const seen: number[] = [];
  let back: string | undefined;
  for (let next: string | undefined = `${PATH}?page[size]=3`; next !== undefined; ) {
    const { body }: { body: typeof all } = await api.call('GET', next, undefined, operator);
    seen.push(...body.accounts.map(({ id }: { id: number }) => id));
    back = body.links.prev;
    next = body.links.next;
  }
  expect(seen).toEqual(numbers);
  const { body } = await api.call('GET', back as string, undefined, operator);
  const last = Math.floor((numbers.length - 1) / 3) * 3;
  expect(body.accounts.map(({ id }: { id: number }) => id)).toEqual(numbers.slice(last - 3, last));
});

describe('a suspended account', () => {
  test('gets 403 immediately, loses nothing, and can be resumed', async () => {
    const { id } = await make({ name: 'Late payer' });
    const token = await firstToken(id);
    const webhook = await api.webhook({}, token);
    const suspend = (suspended: boolean) =>
      api.call('PATCH', `${PATH}/${id}`, { account: { suspended } }, operator);

    const first = await suspend(true);
    expect(first.body.account.suspended_at).toMatch(/Z$/);
    const answer = await api.call('GET', '/api/v2/webhooks', undefined, { token });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'AccountSuspended']);
    const change = await api.call('POST', '/api/v2/webhooks', { webhook: WEBHOOK }, { token });
    expect(change.status).toBe(403);
    expect((await suspend(true)).body.account).toEqual(first.body.account);

    expect((await suspend(false)).body.account).not.toHaveProperty('suspended_at');
    const shown = await api.call('GET', `/api/v2/webhooks/${webhook.id}`, undefined, { token });
    expect([shown.status, shown.body.webhook]).toEqual([200, webhook]);
  });

  test('cannot be the own account', async () => {
    const answer = await api.call('PATCH', `${PATH}/1`, { account: { suspended: true } }, operator);
    expect([answer.status, answer.body.errors]).toMatchObject([
      422,
      [{ field: 'account.suspended', code: 'not_allowed', message: expect.any(String) }],
    ]);
    expect((await api.call('GET', '/api/v2/webhooks')).status).toBe(200);
  });
});

test.each(['99', '0', '-1', '01', '1.0', 'x', '1e3', '9'.repeat(15), '9'.repeat(40)])(
  'there is no account %s',
  async (id) => {
    for (const [method, body] of [['GET'], ['PATCH', { account: { name: 'x' } }]] as const) {
      const answer = await api.call(method, `${PATH}/${id}`, body, operator);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'RecordNotFound']);
    }
  },
);

test.each([
  ['POST', {}, 'account.name', 'required'],
  ['POST', { name: '' }, 'account.name', 'too_short'],
  ['POST', { name: ' \t\u200b' }, 'account.name', 'invalid_format'],
  ['POST', { name: 'x'.repeat(256) }, 'account.name', 'too_long'],
  ['POST', { name: 'a\u0000' }, 'account.name', 'invalid_characters'],
  ['POST', { name: 7 }, 'account.name', 'wrong_type'],
  ['POST', { name: 'x', profile: 'fast' }, 'account.profile', 'not_allowed'],
  ['POST', { name: 'x', id: 5 }, 'account.id', 'unknown_field'],
  ['PATCH', { suspended: 'yes' }, 'account.suspended', 'wrong_type'],
  ['PATCH', { name: ' ' }, 'account.name', 'invalid_format'],
])('%s %j is rejected', async (method, account, field, code) => {
  const path = method === 'POST' ? PATH : `${PATH}/2`;
  const answer = await api.call(method, path, { account }, operator);
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([
    { field, code, message: expect.stringContaining(field) },
  ]);
});
