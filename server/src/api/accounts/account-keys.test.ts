import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  api.nowMs = undefined;
  await put(['/subject', '/detail/id']);
});

const get = (token = 'read-1') => api.call('GET', '/v1/account/keys', undefined, { token });
const put = (keys: unknown, token = 'admin-1') =>
  api.call('PUT', '/v1/account/keys', { keys }, { token });
const names = ({ body }: { body: { keys: { key: string }[] } }) => body.keys.map(({ key }) => key);

describe('keys of an account', () => {
  it('are the default ones, since the account exists', async () => {
    const [row] = await api.sql('select created_at from account where id = 2');
    const { body, status } = await get('admin-2');
    expect(status).toBe(200);
    expect(names({ body })).toEqual(['/subject', '/detail/id']);
    for (const { since } of body.keys) expect(since).toBe(row.created_at.toISOString());
  });

  it('apply from a change on, and say since when; those that stay keep their time', async () => {
    const before = (await get()).body.keys;
    const nowMs = Date.now() + 60_000;
    api.nowMs = nowMs;
    const changed = await put(['/detail/id', 'Header.X-Tenant', '/detail/items/0/sku', '/a~1b']);
    expect(changed.status).toBe(200);
    const since = new Date(nowMs + 1_000).toISOString();
    expect(changed.body.keys).toEqual([
      before[1],
      { key: 'header.x-tenant', since },
      { key: '/detail/items/0/sku', since },
      { key: '/a~1b', since },
    ]);
    expect((await get()).body).toEqual(changed.body);
    expect(names(await get('admin-2'))).toEqual(['/subject', '/detail/id']);
    // One that comes back begins again.
    api.nowMs = nowMs + 5_000;
    const back = await put(['/subject', '/detail/id']);
    expect(back.body.keys[0].since).toBe(new Date(nowMs + 6_000).toISOString());
    expect(back.body.keys[1]).toEqual(before[1]);
    // None: nothing is captured.
    expect((await put([])).body).toEqual({ keys: [] });
  });

  it('are changed with a row of the audit, that has nothing else', async () => {
    await put(['/detail/number']);
    const { body } = await api.call('GET', '/v1/audit');
    const changes = [{ field: 'keys', from: ['/subject', '/detail/id'], to: ['/detail/number'] }];
    expect(body.audit).toContainEqual(
      expect.objectContaining({
        operation: 'replaceKeys',
        target: { type: 'account', id: '1' },
        changes,
      }),
    );
  });

  it('stay when the account changes otherwise', async () => {
    const { body } = await put(['/detail/number']);
    await api.call('PUT', '/v1/account', { account: { name: 'one' } });
    expect((await get()).body).toEqual(body);
  });

  it('are for those who may', async () => {
    expect((await get('publish-1')).status).toBe(403);
    expect((await put([], 'read-1')).status).toBe(403);
    expect((await put([], 'publish-1')).status).toBe(403);
    expect(names(await get())).toEqual(['/subject', '/detail/id']);
  });
});

describe('rejects', () => {
  it.each<[unknown, string, string, string]>([
    [undefined, 'keys', 'required', 'keys is required'],
    ['/a', 'keys', 'wrong_type', 'must be an array'],
    [[7], 'keys[0]', 'wrong_type', 'must be a string'],
    [['/a', 'detail/id'], 'keys[1]', 'invalid_format', 'got "detail/id"'],
    [['/a~2b'], 'keys[0]', 'invalid_format', '~1 stands for / and ~0 for ~'],
    [['/a', '/b', '/a'], 'keys[2]', 'duplicate', 'must not be the same as keys[0]'],
    [['header.X-A', 'HEADER.x-a'], 'keys[1]', 'duplicate', 'the same as keys[0]'],
    [['header.x a'], 'keys[0]', 'invalid_characters', 'got "x a"'],
    [['header.'], 'keys[0]', 'invalid_characters', 'the name of a header'],
    [['header.Authorization'], 'keys[0]', 'not_allowed', 'carries a credential'],
    [['header.x-api-key'], 'keys[0]', 'not_allowed', 'carries a credential'],
    [['header.cookie'], 'keys[0]', 'not_allowed', 'carries a credential'],
    [['header.content-length'], 'keys[0]', 'reserved', 'says nothing of the event'],
    [[`/${'x'.repeat(255)}`], 'keys[0]', 'too_long', '255'],
    [['/a\u0000'], 'keys[0]', 'invalid_characters', 'U+0000'],
    [Array.from({ length: 9 }, (_, index) => `/${index}`), 'keys', 'too_many', '8'],
  ])('%j', async (keys, field, code, text) => {
    const { status, body } = await put(keys);
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ field, code });
    expect(body.errors[0].message).toContain(text);
    expect(names(await get())).toEqual(['/subject', '/detail/id']);
  });
});
