import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstIdAt, uuidFromId } from '../../model/ids.ts';
import { readAudit } from '../../sql/read-audit.ts';
import { explain } from '../../testing/explain.ts';
import { startTestApi, type TestApi, WEBHOOK } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const HOOKS = '/api/v2/webhooks';
const PATH = '/v1/audit';

interface Entry {
  readonly id: string;
  readonly operation: string;
  readonly by: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly changes: readonly { readonly field: string; from?: unknown; to?: unknown }[];
}

async function entries(query = '', token = 'admin-1'): Promise<Entry[]> {
  const { status, body } = await api.call('GET', PATH + query, undefined, { token });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.audit;
}

/** The number of audit rows of all accounts: a rejected change must not add to it. */
async function count(): Promise<number> {
  return Number((await api.sql('select count(*) from audit'))[0]?.['count']);
}

/** The newest row, with its changes as [field, from, to]. */
async function latest(token = 'admin-1') {
  const [entry] = await entries('', token);
  const { operation = '', target, changes = [] } = entry ?? {};
  return { operation, target, changes: changes.map(({ field, from, to }) => [field, from, to]) };
}

const SECRETS = {
  authentication: { type: 'basic_auth', data: { username: 'ann', password: 'passw0rd-one' } },
  custom_headers: { 'X-Api-Key': 'key-one' },
  endpoint: 'https://example.com/hook?token=query-one',
  external_source: { key: 'source-one' },
};

describe('every change writes a row', () => {
  test('for webhooks: field by field, without secrets', async () => {
    const { id } = await api.webhook(SECRETS);
    const target = { type: 'webhook', id };
    expect(await latest()).toEqual({
      operation: 'createWebhook',
      target,
      changes: [
        ['name', undefined, 'Orders'],
        ['status', undefined, 'active'],
        ['subscriptions', undefined, ['zen:event-type:ticket.created']],
        ['endpoint', undefined, 'https://example.com/hook'],
        ['endpoint query', undefined, undefined],
        ['http_method', undefined, 'POST'],
        ['request_format', undefined, 'json'],
        ['authentication', undefined, { type: 'basic_auth', username: 'ann' }],
        ['authentication secret', undefined, undefined],
        ['custom_headers.X-Api-Key', undefined, undefined],
        ['external_source', undefined, undefined],
        ['signing_secret', undefined, undefined],
      ],
    });

    const path = `${HOOKS}/${id}`;
    const patch = (webhook: object) => api.call('PATCH', path, { webhook });
    await patch({ name: 'New', status: 'inactive', description: 'd'.repeat(2_000) });
    expect(await latest()).toEqual({
      operation: 'patchWebhook',
      target,
      changes: [
        ['name', 'Orders', 'New'],
        ['status', 'active', 'inactive'],
        ['description', undefined, `${'d'.repeat(1_000)}...`],
      ].sort((one, other) => ORDER.indexOf(one[0] as string) - ORDER.indexOf(other[0] as string)),
    });
    await patch({
      endpoint: 'https://example.com/hook?token=query-two',
      authentication: { type: 'basic_auth', data: { username: 'ann', password: 'passw0rd-two' } },
      custom_headers: { 'X-Api-Key': 'key-two' },
      external_source: { key: 'source-two' },
    });
    expect((await latest()).changes.map(([field]) => field)).toEqual([
      'endpoint query',
      'authentication secret',
      'custom_headers.X-Api-Key',
      'external_source',
    ]);
    await api.call('PUT', path, { webhook: { ...WEBHOOK, name: 'Put' } });
    expect(await latest()).toMatchObject({ operation: 'updateWebhook', target });
    await api.call('POST', `${path}/signing_secret`);
    expect(await latest()).toEqual({
      operation: 'resetSigningSecret',
      target,
      changes: [['signing_secret', undefined, undefined]],
    });
    const clone = await api.call('POST', `${HOOKS}?clone_webhook_id=${id}`);
    expect(await latest()).toMatchObject({
      operation: 'createWebhook',
      target: { id: clone.body.webhook.id },
    });
    await api.call('DELETE', path);
    const deleted = await latest();
    expect(deleted).toMatchObject({ operation: 'deleteWebhook', target });
    expect(deleted.changes[0]).toEqual(['name', 'Put', undefined]);

    const [{ all }] = (await api.sql(
      'select string_agg(a::text, chr(10)) as all from audit a',
    )) as [{ all: string }];
    expect(all).not.toMatch(/passw0rd|key-one|key-two|query-|source-/);
    const secrets = await api.sql('select signing_secret from webhook');
    expect(secrets.length).toBeGreaterThan(0);
    expect(all).not.toMatch(/[\w+/]{43}=/);
  });

  test('the token of an inbox in an endpoint is masked, and another one is a change', async () => {
    const { id } = await api.webhook({ endpoint: 'https://other.example/in/hi_one' });
    const masked = 'https://other.example/in/********';
    expect((await latest()).changes).toContainEqual(['endpoint', undefined, masked]);
    await api.call('PATCH', `${HOOKS}/${id}`, {
      webhook: { endpoint: 'https://other.example/in/hi_two' },
    });
    expect((await latest()).changes).toEqual([['endpoint token', undefined, undefined]]);
    const [row] = await api.sql('select string_agg(a::text, chr(10)) as all from audit a');
    expect(row?.['all']).not.toContain('hi_');
  });

  test('a changed origin of an endpoint is a field of its own', async () => {
    const { id } = await api.webhook(SECRETS);
    const path = `${HOOKS}/${id}`;
    await api.call('PATCH', path, { webhook: { endpoint: 'https://evil.example/hook?x=query-1' } });
    expect((await latest()).changes).toEqual([
      ['endpoint', 'https://example.com/hook', 'https://evil.example/hook'],
      ['endpoint query', undefined, undefined],
      ['endpoint origin', 'https://example.com', 'https://evil.example'],
    ]);
    await api.call('PUT', path, { webhook: { ...WEBHOOK, endpoint: 'http://evil.example/' } });
    expect((await latest()).changes).toContainEqual([
      'endpoint origin',
      'https://evil.example',
      'http://evil.example',
    ]);
    await api.call('PATCH', path, { webhook: { endpoint: 'http://evil.example/other' } });
    expect((await latest()).changes.map(([field]) => field)).toEqual(['endpoint']);
  });

  test('for tokens and accounts', async () => {
    const token = { name: 'ci', role: 'publish' };
    const made = (await api.call('POST', '/v1/tokens', { token })).body.token;
    const target = { type: 'token', id: made.id };
    expect(await latest()).toEqual({
      operation: 'createToken',
      target,
      changes: [
        ['name', undefined, 'ci'],
        ['role', undefined, 'publish'],
      ],
    });
    await api.call('DELETE', `/v1/tokens/${made.id}`);
    expect(await latest()).toEqual({
      operation: 'revokeToken',
      target,
      changes: [
        ['name', 'ci', undefined],
        ['role', 'publish', undefined],
      ],
    });
    expect(JSON.stringify(await entries())).not.toContain(made.secret);

    const operator = { token: 'operator-1' };
    const account = (
      await api.call('POST', '/v1/accounts', { account: { name: 'Acme' } }, operator)
    ).body.account;
    await api.call(
      'PATCH',
      `/v1/accounts/${account.id}`,
      { account: { suspended: true } },
      operator,
    );
    const rows = await entries(`?account_id=${account.id}`, 'operator-1');
    expect(rows.map(({ operation, target: { id } }) => [operation, id])).toEqual([
      ['patchAccount', String(account.id)],
      ['createAccount', String(account.id)],
    ]);
    expect(rows[0]?.changes).toEqual([{ field: 'suspended_at', to: expect.stringMatching(/Z$/) }]);
  });

  test('with the token, the method and the client address', async () => {
    await api.call('POST', HOOKS, { webhook: WEBHOOK }, { headers: { 'x-request-id': 'req-1' } });
    const [entry] = await entries();
    const own = (await api.call('GET', '/v1/tokens')).body.tokens.find(
      ({ name }: { name: string }) => name === 'admin-1',
    );
    expect(entry).toMatchObject({
      by: 'token',
      token_id: own.id,
      method: 'POST',
      request_id: 'req-1',
      address: '127.0.0.1',
      created_at: expect.stringMatching(/Z$/),
    });
  });
});

const ORDER = ['name', 'description', 'status'];

test('rejected requests, reads and tests write no row', async () => {
  const { id } = await api.webhook();
  const before = await count();
  await api.call('PATCH', `${HOOKS}/${id}`, { webhook: { endpoint: 'nowhere' } });
  await api.call('DELETE', `${HOOKS}/01ARZ3NDEKTSV4RRFFQ69G5FAV`);
  await api.call('DELETE', `${HOOKS}/${id}`, undefined, { token: 'admin-2' });
  await api.call('DELETE', '/v1/tokens/01ARZ3NDEKTSV4RRFFQ69G5FAV');
  await api.call('GET', `${HOOKS}/${id}/signing_secret`);
  await api.call('POST', `${HOOKS}/test?webhook_id=${id}`);
  expect(await count()).toBe(before);
});

test('a change whose row cannot be written is rolled back', async () => {
  const { id } = await api.webhook();
  await api.sql('alter table audit add constraint broken check (false) not valid');
  try {
    const patched = await api.call('PATCH', `${HOOKS}/${id}`, { webhook: { name: 'New' } });
    expect(patched.status).toBe(500);
    const made = await api.call('POST', '/v1/tokens', { token: { name: 'x', role: 'read' } });
    expect(made.status).toBe(500);
  } finally {
    await api.sql('alter table audit drop constraint broken');
  }
  expect((await api.call('GET', `${HOOKS}/${id}`)).body.webhook.name).toBe('Orders');
  const { tokens } = (await api.call('GET', '/v1/tokens')).body;
  expect(tokens.map(({ name }: { name: string }) => name)).not.toContain('x');
});

test('an account sees its own rows, and no details of an operator', async () => {
  const operator = { token: 'operator-1' };
  const token = { name: 'by the operator', role: 'read' };
  await api.call('POST', '/v1/tokens?account_id=2', { token }, operator);
  const [seen] = await entries('', 'admin-2');
  expect(Object.keys(seen ?? {}).sort()).toEqual(
    ['by', 'changes', 'created_at', 'id', 'operation', 'target'].sort(),
  );
  expect(seen).toMatchObject({ operation: 'createToken', by: 'operator' });
  const [whole] = await entries('?account_id=2', 'operator-1');
  expect(whole).toMatchObject({ id: seen?.id, token_id: expect.any(String), address: '127.0.0.1' });
  for (const { id } of await entries()) expect(id).not.toBe(seen?.id);
});

describe('the list', () => {
  let ids: string[];
  beforeAll(async () => {
    for (let n = 0; n < 6; n++) await api.webhook();
    ids = (await entries()).map(({ id }) => id);
  });

  test('pages in both directions; a cursor belongs to one account', async () => {
    const first = (await api.call('GET', `${PATH}?page[size]=4`)).body;
    const second = (await api.call('GET', first.links.next)).body;
    const idsOf = ({ audit }: { audit: Entry[] }) => audit.map(({ id }) => id);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids.slice(0, 8));
    expect(idsOf((await api.call('GET', second.links.prev)).body)).toEqual(idsOf(first));
    const other = await api.call('GET', first.links.next, undefined, { token: 'admin-2' });
    expect(other.body.error.code).toBe('InvalidCursor');
  });

  test('filters by operation and by time, both ends inclusive', async () => {
    const deleted = await entries('?filter[operation]=deleteWebhook');
    expect(deleted.map(({ operation }) => operation)).toEqual(['deleteWebhook']);
    expect(await entries('?filter[operation]=deactivateWebhook')).toEqual([]);

    const { body } = await api.call('GET', `${PATH}?page[size]=5`);
    const times: string[] = body.audit.map(({ created_at }: { created_at: string }) => created_at);
    const [to = '', from = ''] = [times[1], times[3]];
    const within = ids.filter((_, index) => index < 5 && (times[index] as string) <= to);
    const found = (await entries(`?filter[from_ts]=${from}&filter[to_ts]=${to}`)).map(
      ({ id }) => id,
    );
    for (const id of [ids[1], ids[2], ids[3]]) expect(found).toContain(id);
    expect(found.every((id) => within.includes(id) || id >= firstIdAt(Date.parse(from)))).toBe(
      true,
    );
    expect(await entries('?filter[to_ts]=1970-01-01T00:00:00Z')).toEqual([]);
    expect(await entries('?filter[from_ts]=9999-12-31T23:59:59Z')).toEqual([]);
    expect(await entries('?filter[to_ts]=0001-01-01T00:00:00Z')).toEqual([]);
    expect((await entries('?filter[to_ts]=9999-12-31T23:59:59Z')).length).toBe(ids.length);
  });

  test('reads as few rows from a large table as from a small one', async () => {
    await api.sql(
      `insert into audit (account_id, id, operation, target_type, target_id, changes)
      select 1 + n % 2, (substr($1, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid,
        case when n % 100 = 0 then 'rare' else 'common' end, 'webhook', '', '[]'
      from generate_series(1, 5000) n`,
      [uuidFromId(firstIdAt(Date.now() - 1_000))],
    );
    for (const [analysed, descending, operation] of [
      [false, true, undefined],
      [false, false, undefined],
      [false, true, 'rare'],
      [false, false, 'rare'],
      [true, true, undefined],
      [true, false, undefined],
      [true, true, 'rare'],
      [true, false, 'rare'],
    ] as const) {
      if (analysed) await api.sql('analyze audit');
      const filters = { operation };
      const scans = await explain(api.database, readAudit.statement(descending, filters), {
        accountId: 1,
        filters,
        above: firstIdAt(0),
        below: firstIdAt(Date.now() + 1_000),
        limit: 21,
      });
      expect(scans).toEqual([
        expect.objectContaining({
          index: operation === undefined ? 'audit_of_account' : 'audit_of_operation',
        }),
      ]);
      expect(scans[0]?.rows).toBeLessThanOrEqual(21);
    }
  });

  test.each([
    ['filter[from_ts]=yesterday', 'filter[from_ts]'],
    ['filter[from_ts]=2026-01-02T00:00:00Z&filter[to_ts]=2026-01-01T00:00:00Z', 'filter[from_ts]'],
    ['filter[operation]=listWebhooks', 'filter[operation]'],
    ['filter[operation]=%00', 'filter[operation]'],
    ['page[size]=0', 'page[size]'],
  ])('rejects %s', async (query, field) => {
    const answer = await api.call('GET', `${PATH}?${query}`);
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
  });
});
