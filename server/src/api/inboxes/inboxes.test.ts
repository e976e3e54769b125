import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenHash } from '../../secrets/token-hash.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ limits: { failedLoginsPerMinute: 5 } });
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.sql('delete from inbox');
  api.nowMs = undefined;
});

const PATH = '/v1/inboxes';
const SECRET = '0123456789abcdef';
const INBOX = { name: 'Zendesk', scheme: 'zendesk', secrets: [SECRET] };
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, path = PATH, inbox?: object, token = 'admin-1') =>
  api.call(method, path, inbox && { inbox }, { token });
const make = (inbox: object = INBOX, token?: string) => call('POST', PATH, inbox, token);
const errorsOf = async (inbox: object) => {
  const { body, status } = await make(inbox);
  return [status, body.errors?.map(({ field, code }: Record<string, string>) => [field, code])];
};
/** What an address answers; 401 where it is one. */
const send = async (token: string) => (await api.call('POST', `/in/${token}`, { a: 1 })).status;

describe('inboxes', () => {
  it('are created, listed newest first, shown, changed and deleted', async () => {
    const made = await make();
    expect(made.status).toBe(201);
    const { address, token, ...inbox } = made.body.inbox;
    expect(inbox).toEqual({
      id: expect.any(String),
      name: 'Zendesk',
      scheme: 'zendesk',
      secrets_count: 1,
      tolerance_seconds: 300,
      default_type: 'inbox.received',
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(token).toMatch(/^hi_[\w-]{40}$/);
    expect(address).toBe(`http://localhost:80/in/${token}`);
    const more = { type_header: 'X-Topic', id_header: 'X-Delivery', default_type: 'shop.order' };
    const second = (await make({ name: 'Shop', scheme: 'none', ...more })).body.inbox;
    expect(second).toMatchObject({ ...more, secrets_count: 0 });
    const { body } = await call('GET', PATH, undefined, 'read-1');
    expect(body.inboxes.map(({ id }: { id: string }) => id)).toEqual([second.id, inbox.id]);
    const path = `${PATH}/${inbox.id}`;
    expect((await call('GET', path, undefined, 'read-1')).body).toEqual({ inbox });

    const patch = { secrets: [SECRET, `${SECRET}!`], tolerance_seconds: 60, type_header: 'X-Type' };
    const changed = await call('PATCH', path, patch);
    expect(changed.status).toBe(200);
    const { updated_at: _, ...same } = inbox;
    const after = { ...same, secrets_count: 2, tolerance_seconds: 60, type_header: 'X-Type' };
    expect(changed.body.inbox).toMatchObject(after);
    const cleared = await call('PATCH', path, { type_header: null });
    expect(cleared.body.inbox).not.toHaveProperty('type_header');
    expect(cleared.body.inbox.secrets_count).toBe(2);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
    expect(await send(token)).toBe(404);
  });

  it('have an address that a rotation replaces, at once or after a grace period', async () => {
    const first = (await make()).body.inbox;
    expect(await send(first.token)).toBe(401);
    const path = `${PATH}/${first.id}/rotate`;
    const second = (await call('POST', `${path}?grace_seconds=60`)).body.inbox;
    expect(second).toMatchObject({ id: first.id, previous_until: expect.any(String) });
    expect(second.token).not.toBe(first.token);
    expect(await send(second.token)).toBe(401);
    expect(await send(first.token)).toBe(401);
    api.nowMs = Date.parse(second.previous_until);
    expect(await send(first.token)).toBe(404);
    const shown = await call('GET', `${PATH}/${first.id}`);
    expect(shown.body.inbox).not.toHaveProperty('previous_until');
    api.nowMs = undefined;
    const third = (await call('POST', path)).body.inbox;
    expect(third).not.toHaveProperty('previous_until');
    expect(await send(second.token)).toBe(404);
    expect((await call('POST', `${path}?grace_seconds=604801`)).status).toBe(400);
  });

  it('have an address at once that was made on another node, before this one hears of it', async () => {
    await make();
    expect(await send('made-elsewhere')).toBe(404);
    await api.sql('update inbox set token_hash = $1', [tokenHash('made-elsewhere')]);
    expect(await send('made-elsewhere')).toBe(401);
  });

  it('are of one account, and changed by admins', async () => {
    const { id } = (await make()).body.inbox;
    const path = `${PATH}/${id}`;
    expect((await call('GET', PATH, undefined, 'admin-2')).body.inboxes).toEqual([]);
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await call(method, path, undefined, 'admin-2')).status).toBe(404);
    }
    expect((await call('PATCH', path, { name: 'x' }, 'admin-2')).status).toBe(404);
    expect((await call('POST', `${path}/rotate`, undefined, 'admin-2')).status).toBe(404);
    expect((await make(INBOX, 'admin-2')).status).toBe(201);
    for (const role of ['read-1', 'publish-1']) {
      expect((await make({ ...INBOX, name: role }, role)).status).toBe(403);
      expect((await call('POST', `${path}/rotate`, undefined, role)).status).toBe(403);
    }
    expect((await call('GET', path, undefined, 'publish-1')).status).toBe(403);
    expect((await call('GET', `${PATH}/x`)).status).toBe(404);
  });

  it.each<[string, object, [string, string][]]>([
    ['no secrets', { secrets: [] }, [['inbox.secrets', 'required']]],
    ['secrets for none', { scheme: 'none' }, [['inbox.secrets', 'not_allowed']]],
    ['a secret twice', { secrets: [SECRET, SECRET] }, [['inbox.secrets[1]', 'duplicate']]],
    ['a short secret', { secrets: ['0123456789abcde'] }, [['inbox.secrets[0]', 'too_short']]],
    [
      'a secret that is no base64',
      { scheme: 'svix', secrets: ['whsec_!!!!!!!!!!!!!!!!!!!!!!!!'] },
      [['inbox.secrets[0]', 'invalid_format']],
    ],
    [
      '15 bytes in base64',
      { scheme: 'standard_webhooks', secrets: ['whsec_MTIzNDU2Nzg5MDEyMzQ1'] },
      [['inbox.secrets[0]', 'invalid_format']],
    ],
    [
      'a public key of no 32 bytes',
      { scheme: 'standard_webhooks', secrets: ['whpk_MTIzNDU2Nzg5MDEyMzQ1'] },
      [['inbox.secrets[0]', 'invalid_format']],
    ],
    [
      'a public key as the secret of Zendesk',
      { secrets: ['whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='] },
      [['inbox.secrets[0]', 'invalid_format']],
    ],
    [
      'eleven secrets',
      { secrets: Array.from({ length: 11 }, (_, n) => `${SECRET}${n}`) },
      [['inbox.secrets', 'too_many']],
    ],
    [
      'a header with a space',
      { type_header: 'X Topic' },
      [['inbox.type_header', 'invalid_characters']],
    ],
    [
      'a header of credentials',
      { type_header: 'Authorization' },
      [['inbox.type_header', 'reserved']],
    ],
    [
      'a header for an id that is signed',
      { id_header: 'X-Id' },
      [['inbox.id_header', 'not_allowed']],
    ],
    ['a type of one word', { default_type: 'order' }, [['inbox.default_type', 'invalid_format']]],
    ['an invisible name', { name: ' \u200b' }, [['inbox.name', 'invalid_format']]],
    ['no tolerance', { tolerance_seconds: 0 }, [['inbox.tolerance_seconds', 'out_of_range']]],
    [
      'more tolerance than ids are kept',
      { tolerance_seconds: 604_801 },
      [['inbox.tolerance_seconds', 'out_of_range']],
    ],
    ['an unknown scheme', { scheme: 'github' }, [['inbox.scheme', 'not_allowed']]],
    ['an unknown field', { status: 'active' }, [['inbox.status', 'unknown_field']]],
  ])('refuse %s', async (_what, change, errors) => {
    expect(await errorsOf({ ...INBOX, ...change })).toEqual([422, errors]);
  });

  it('have names of their own, and refuse a change that does not fit what stays', async () => {
    const { id } = (await make()).body.inbox;
    expect(await errorsOf(INBOX)).toEqual([422, [['inbox.name', 'duplicate']]]);
    expect((await call('PATCH', `${PATH}/${id}`, { name: 'Zendesk' })).status).toBe(200);
    const other = await call('PATCH', `${PATH}/${id}`, { scheme: 'svix' });
    expect([other.status, other.body.errors[0].field]).toEqual([422, 'inbox.secrets[0]']);
    expect(JSON.stringify(other.body)).not.toContain(SECRET);
    expect((await call('GET', `${PATH}/${id}`)).body.inbox.scheme).toBe('zendesk');
  });

  it('are a hundred of an account', async () => {
    const { id } = (await make()).body.inbox;
    await api.sql(
      `insert into inbox select account_id, updated_at, previous_until, tolerance_seconds, gen_random_uuid(),
         name || n, scheme, default_type, type_header, id_header, sha256(n::text::bytea), null, secrets
       from inbox, generate_series(1, 99) n`,
    );
    const { body, status } = await make({ ...INBOX, name: 'one more' });
    expect([status, body.error.code]).toEqual([409, 'TooManyInboxes']);
    expect((await call('DELETE', `${PATH}/${id}`)).status).toBe(204);
    expect((await make({ ...INBOX, name: 'one more' })).status).toBe(201);
  });

  it('are in the audit, without secrets and tokens', async () => {
    const { id, token } = (await make()).body.inbox;
    await call('PATCH', `${PATH}/${id}`, { secrets: [`${SECRET}2`], name: 'Other' });
    await call('POST', `${PATH}/${id}/rotate`);
    await call('DELETE', `${PATH}/${id}`);
    const { audit } = (await api.call('GET', '/v1/audit?page[size]=4')).body;
    const seen = audit.map((one: { operation: string; target: object; changes: object[] }) => [
      one.operation,
      one.target,
      one.changes,
    ]);
    const target = { type: 'inbox', id };
    expect(seen.slice(0, 3)).toEqual([
      ['deleteInbox', target, expect.arrayContaining([{ field: 'secrets' }, { field: 'token' }])],
      ['rotateInbox', target, [{ field: 'token' }]],
      [
        'patchInbox',
        target,
        [{ field: 'name', from: 'Zendesk', to: 'Other' }, { field: 'secrets' }],
      ],
    ]);
    expect(seen[3][0]).toBe('createInbox');
    expect(JSON.stringify(audit)).not.toContain(SECRET);
    expect(JSON.stringify(audit)).not.toContain(token);
    const [row] = await api.sql('select * from inbox');
    expect(row).toBeUndefined();
  });

  it('count unknown addresses and wrong signatures as wrong credentials', async () => {
    const { token } = (await make()).body.inbox;
    const from = (remoteAddress: string, path: string) =>
      api.app.inject({ method: 'POST', url: path, remoteAddress, payload: { a: 1 } });
    const statuses = async (address: string, path: string) => {
      const seen = [];
      for (let n = 0; n < 12; n++) seen.push((await from(address, path)).statusCode);
      return seen;
    };
    expect(await statuses('192.0.2.1', '/in/hi_unknown')).toEqual([
      ...Array(10).fill(404),
      429,
      429,
    ]);
    expect(await statuses('192.0.2.2', `/in/${token}`)).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await from('192.0.2.3', `/in/${token}`)).headers['www-authenticate']).toContain(
      'Signature',
    );
  });
});
