import { createHash } from 'node:crypto';
import { eventually } from '@hooktrail/harness/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { call, startTestNode, type TestNode } from '../../testing/test-node.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const PATH = '/v1/tokens';
const NOBODY = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

async function make(role: string, { token = 'admin-1', query = '' } = {}) {
  const body = { token: { name: `a ${role}`, role } };
  const answer = await api.call('POST', PATH + query, body, { token });
  expect(answer.status).toBe(201);
  return answer.body.token;
}

const statusOf = async (token: string) =>
  (await api.call('GET', '/api/v2/webhooks', undefined, { token })).status;

test('a token is created, works, is listed without its secret, and is revoked', async () => {
  const made = await make('read');
  expect(made).toEqual({
    id: expect.stringMatching(/^[0-9A-Z]{26}$/),
    account_id: 1,
    name: 'a read',
    role: 'read',
    created_at: expect.stringMatching(/Z$/),
    created_by: expect.stringMatching(/^[0-9A-Z]{26}$/),
    secret: expect.stringMatching(/^ht_[\w-]{40}$/),
  });
  const { secret, ...shown } = made;
  expect(await statusOf(secret)).toBe(200);

  const list = await api.call('GET', PATH);
  expect(list.body.tokens[0]).toEqual(shown);
  expect(list.body.tokens.map(({ role }: { role: string }) => role).sort()).toEqual([
    'admin',
    'operator',
    'publish',
    'read',
    'read',
  ]);

  const revoked = await api.call('DELETE', `${PATH}/${made.id}`);
  expect([revoked.status, revoked.body]).toEqual([204, undefined]);
  expect(await statusOf(secret)).toBe(401);
  expect((await api.call('DELETE', `${PATH}/${made.id}`)).status).toBe(404);
});

test('the database stores the hash, not the secret', async () => {
  const { id, secret } = await make('publish');
  const rows = await api.sql('select row_to_json(token)::text as row, hash, role from token');
  for (const { row } of rows) expect(row).not.toContain(secret.slice(3));
  const hash = createHash('sha256').update(secret).digest();
  expect(rows.filter((row) => hash.equals(row.hash))).toMatchObject([{ role: 'publish' }]);
  await api.call('DELETE', `${PATH}/${id}`);
});

test('a token may revoke itself', async () => {
  const { id, secret } = await make('admin');
  expect((await api.call('DELETE', `${PATH}/${id}`, undefined, { token: secret })).status).toBe(
    204,
  );
  expect(await statusOf(secret)).toBe(401);
});

describe('tokens of operators', () => {
  test('only an operator creates and revokes them', async () => {
    const refused = await api.call('POST', PATH, { token: { name: 'x', role: 'operator' } });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'Forbidden']);
    const { id, secret } = await make('operator', { token: 'operator-1' });
    expect((await api.call('DELETE', `${PATH}/${id}`)).status).toBe(403);
    expect(await statusOf(secret)).toBe(200);
    const revoked = await api.call('DELETE', `${PATH}/${id}`, undefined, { token: 'operator-1' });
    expect(revoked.status).toBe(204);
  });

  test('can only be created in the own account', async () => {
    const body = { token: { name: 'x', role: 'operator' } };
    const answer = await api.call('POST', `${PATH}?account_id=2`, body, { token: 'operator-1' });
    expect([answer.status, answer.body.errors[0]]).toMatchObject([
      422,
      { field: 'token.role', code: 'not_allowed' },
    ]);
  });

  test('the last one stays, even when two are revoked concurrently', async () => {
    const second = await make('operator', { token: 'operator-1' });
    const list = await api.call('GET', PATH, undefined, { token: 'operator-1' });
    const operators = list.body.tokens.filter(({ role }: { role: string }) => role === 'operator');
    expect(operators).toHaveLength(2);
    const answers = await Promise.all(
      operators.map(({ id }: { id: string }) =>
        api.call('DELETE', `${PATH}/${id}`, undefined, { token: second.secret }),
      ),
    );
    // One of the requests may find its own token revoked already.
    const statuses = answers.map(({ status }) => status).sort();
    expect([
      [204, 409],
      [204, 401],
    ]).toContainEqual(statuses);
    const rows = await api.sql(`select name from token where role = 'operator'`);
    expect(rows).toHaveLength(1);
    const left = rows[0]?.name === 'a operator' ? second.secret : 'operator-1';
    const own = (await api.call('GET', PATH, undefined, { token: left })).body.tokens.find(
      ({ role }: { role: string }) => role === 'operator',
    );
    const refused = await api.call('DELETE', `${PATH}/${own.id}`, undefined, { token: left });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'LastOperatorToken']);
    expect(await statusOf(left)).toBe(200);
    if (left !== 'operator-1') {
      // Restores operator-1 for the tests that follow.
      await api.sql(`update token set hash = sha256('operator-1') where role = 'operator'`);
      await make('read'); // makes the node reload tokens
    }
  });
});

describe('account_id', () => {
  test('an operator lists, creates and revokes tokens of another account', async () => {
    const query = '?account_id=2';
    const made = await make('read', { token: 'operator-1', query });
    expect(made).toMatchObject({ account_id: 2, created_by: 'operator' });
    const list = await api.call('GET', PATH + query, undefined, { token: 'operator-1' });
    expect(list.body.tokens.map(({ role }: { role: string }) => role)).toEqual(['read', 'admin']);
    const without = await api.call('DELETE', `${PATH}/${made.id}`, undefined, {
      token: 'operator-1',
    });
    expect(without.status).toBe(404);
    const revoked = await api.call('DELETE', `${PATH}/${made.id}${query}`, undefined, {
      token: 'operator-1',
    });
    expect(revoked.status).toBe(204);
    expect(await statusOf(made.secret)).toBe(401);
  });

  test('is 403 for anyone else, whether the account exists or not', async () => {
    for (const id of [1, 2, 99]) {
      for (const [method, path, body] of [
        ['GET', PATH, undefined],
        ['POST', PATH, { token: { name: 'x', role: 'read' } }],
        ['DELETE', `${PATH}/${NOBODY}`, undefined],
        ['GET', '/v1/audit', undefined],
      ] as const) {
        const answer = await api.call(method, `${path}?account_id=${id}`, body);
        expect([answer.status, answer.body.error]).toEqual([
          403,
          {
            code: 'Forbidden',
            title: 'Forbidden',
            message: 'account_id requires a token with the role operator',
          },
        ]);
      }
    }
  });

  test('is 404 for an account that does not exist', async () => {
    const answer = await api.call('GET', `${PATH}?account_id=99`, undefined, {
      token: 'operator-1',
    });
    expect([answer.status, answer.body.error.code]).toEqual([404, 'RecordNotFound']);
  });
});

test('the list pages in both directions, and cursors belong to one account', async () => {
  for (let count = 0; count < 5; count++) await make('read');
  const all = (await api.call('GET', PATH)).body.tokens.map(({ id }: { id: string }) => id);
  const first = (await api.call('GET', `${PATH}?page[size]=3`)).body;
  const second = (await api.call('GET', first.links.next)).body;
  const idsOf = ({ tokens }: { tokens: { id: string }[] }) => tokens.map(({ id }) => id);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(all.slice(0, 6));
  expect(idsOf((await api.call('GET', second.links.prev)).body)).toEqual(idsOf(first));
  const other = await api.call('GET', first.links.next, undefined, { token: 'admin-2' });
  expect([other.status, other.body.error.code]).toEqual([400, 'InvalidCursor']);
});

test('an account has at most a thousand tokens', async () => {
  await api.sql(
    `insert into token (id, account_id, name, role, hash)
    select gen_random_uuid(), 2, 'n', 'read', sha256(n::text::bytea) from generate_series(2, 1000) n`,
  );
  const body = { token: { name: 'x', role: 'read' } };
  const answer = await api.call('POST', PATH, body, { token: 'admin-2' });
  expect([answer.status, answer.body.error.code]).toEqual([409, 'TooManyTokens']);
});

test.each([
  [{ role: 'read' }, 'token.name', 'required'],
  [{ name: 'x' }, 'token.role', 'required'],
  [{ name: '', role: 'read' }, 'token.name', 'too_short'],
  [{ name: '\u00a0', role: 'read' }, 'token.name', 'invalid_format'],
  [{ name: 'a\ud800', role: 'read' }, 'token.name', 'invalid_characters'],
  [{ name: 'x'.repeat(256), role: 'read' }, 'token.name', 'too_long'],
  [{ name: 'x', role: 'owner' }, 'token.role', 'not_allowed'],
  [{ name: 'x', role: 'read', secret: 'mine' }, 'token.secret', 'unknown_field'],
])('rejects %j', async (token, field, code) => {
  const answer = await api.call('POST', PATH, { token });
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([
    { field, code, message: expect.stringContaining(field) },
  ]);
});

describe('with two nodes', () => {
  let database: TestDatabase;
  const nodes: TestNode[] = [];
  afterEach(async () => {
    for (const node of nodes) await node.stop();
    await database.drop();
  });

  test('the revoking node rejects the token immediately, the other within moments', async () => {
    database = await createTestDatabase();
    for (let count = 0; count < 2; count++) nodes.push(await startTestNode(database.url));
    const [one, two] = nodes as [TestNode, TestNode];
    const { body } = await one.call('POST', PATH, { token: { name: 'x', role: 'read' } });
    const { id, secret } = body.token;
    const status = async ({ url }: TestNode) =>
      (await call(url, 'GET', '/api/v2/webhooks', undefined, { authorization: `Bearer ${secret}` }))
        .status;
    expect(await status(one)).toBe(200);
    await eventually('the other node knows it', async () => (await status(two)) === 200);
    await one.call('DELETE', `${PATH}/${id}`);
    expect(await status(one)).toBe(401);
    await eventually('the other node refuses it', async () => (await status(two)) === 401);
  });
});
