import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(() => put({ name: 'one', profile: 'durable' }));

const get = async (token = 'admin-1') =>
  (await api.call('GET', '/v1/account', undefined, { token })).body;
const put = (account: unknown, token = 'admin-1') =>
  api.call('PUT', '/v1/account', { account }, { token });

const ONE = { account: { id: 1, name: 'one', profile: 'durable' } };
const TWO = { account: { id: 2, name: 'two', profile: 'durable' } };

test('each token sees its own account', async () => {
  expect(await get()).toEqual(ONE);
  expect(await get('read-1')).toEqual(ONE);
  expect(await get('admin-2')).toEqual(TWO);
});

test.each([
  [{ profile: 'zendesk' }, { ...ONE.account, profile: 'zendesk' }],
  [{ name: 'Ünö' }, { ...ONE.account, name: 'Ünö' }],
  [
    { id: 7, name: 'both', profile: 'zendesk' },
    { id: 1, name: 'both', profile: 'zendesk' },
  ],
  [{}, ONE.account],
])('%j updates this account only', async (change, account) => {
  const answer = await put(change);
  expect([answer.status, answer.body]).toEqual([200, { account }]);
  expect(await get()).toEqual({ account });
  expect(await get('admin-2')).toEqual(TWO);
  const rows = await api.sql('select id::int, name, profile from account where id = 1');
  expect(rows).toEqual([account]);
});

test('a new profile applies to its webhooks immediately', async () => {
  const { id } = await api.webhook();
  const profile = async () =>
    (await api.call('GET', `/v1/webhooks/${id}/delivery`)).body.effective.profile;
  expect(await profile()).toBe('durable');
  await put({ profile: 'zendesk' });
  expect(await profile()).toBe('zendesk');
});

describe('rejects', () => {
  test.each<[unknown, string, string, string]>([
    [undefined, 'account', 'required', 'is required'],
    [null, 'account', 'wrong_type', 'must be an object, got null'],
    [
      { profile: 'lossy' },
      'account.profile',
      'not_allowed',
      'must be one of durable, zendesk, got "lossy"',
    ],
    [{ profile: null }, 'account.profile', 'wrong_type', 'got null'],
    [{ name: '' }, 'account.name', 'too_short', 'must be a string of 1 to 255 characters'],
    [{ name: 'x'.repeat(256) }, 'account.name', 'too_long', 'must be a string of 1 to 255'],
    [{ name: 'a\u0000b' }, 'account.name', 'invalid_characters', 'must not contain U+0000'],
    [{ name: 5 }, 'account.name', 'wrong_type', 'got 5'],
    [{ suspended: true }, 'account.suspended', 'unknown_field', 'is not a known field'],
  ])('%j: %s is %s', async (account, field, code, message) => {
    const answer = await put(account);
    expect([answer.status, answer.body.error.code]).toEqual([422, 'InvalidBody']);
    expect(answer.body.errors[0]).toMatchObject({
      field,
      code,
      message: expect.stringContaining(message),
    });
    expect(await get()).toEqual(ONE);
  });
});

test.each([
  ['operator', 200, 200],
  ['admin', 200, 200],
  ['read', 200, 403],
  ['publish', 403, 403],
])('%s: GET %i, PUT %i', async (role, read, write) => {
  const token = `${role}-1`;
  const shown = await api.call('GET', '/v1/account', undefined, { token });
  expect([shown.status, (await put({}, token)).status]).toEqual([read, write]);
});
