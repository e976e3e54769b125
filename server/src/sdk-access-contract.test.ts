import {
  APIError,
  BadRequestError,
  ConflictError,
  ForbiddenError,
  NotFoundError,
  UnauthorizedError,
  UnprocessableEntityError,
} from '@hooktrail/sdk';
import { Hooktrail, type NewToken, type TokenRole } from '@hooktrail/sdk/hooktrail';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';
import { startTestNode, type TestNode, TOKEN } from './testing/test-node.ts';

/*
 * The SDK against a running node: tokens, accounts and the audit. Each test creates the accounts
 * and tokens that it looks at.
 */

const NOBODY = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

let database: TestDatabase;
let node: TestNode;
/** With the first token, which is an operator's and belongs to account 1. */
let operator: Hooktrail;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  operator = client(TOKEN);
});

afterAll(async () => {
  await node.stop();
  await database.drop();
});

function client(accessToken: string): Hooktrail {
  return new Hooktrail({
    baseUrl: node.url,
    auth: { accessToken },
    retries: { strategy: 'none' },
  });
}

/** A new account, and a client with a token of it. */
async function newAccount(name: string, role: TokenRole = 'admin') {
  const account = await operator.accounts.create({ name });
  const token = await operator.tokens.create({ name: 'first', role }, { accountId: account.id });
  return { account, token, hooktrail: client(token.secret) };
}

async function failure(call: PromiseLike<unknown>): Promise<APIError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(APIError);
  return error as APIError;
}

/** How each of some calls fails. It awaits all of them together, so no rejection is unhandled. */
function failures(calls: readonly PromiseLike<unknown>[]): Promise<APIError[]> {
  return Promise.all(calls.map(failure));
}

function withoutSecret({ secret: _, ...token }: NewToken) {
  return token;
}

const ulid = expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);

describe('tokens', () => {
  test('are created, work, are listed without their secret, and are revoked', async () => {
    const { account, token: first, hooktrail } = await newAccount('tokens');
    const token = await hooktrail.tokens.create({ name: 'ci', role: 'read' });
    expect(token).toStrictEqual({
      id: ulid,
      accountId: account.id,
      name: 'ci',
      role: 'read',
      createdAt: expect.any(Date),
      createdBy: first.id,
      secret: expect.stringMatching(/^ht_[\w-]{40}$/),
    });
    expect(Math.abs(token.createdAt.getTime() - Date.now())).toBeLessThan(60_000);

    const reader = client(token.secret);
    expect(await reader.webhooks.list().all()).toEqual([]);
    expect(await hooktrail.tokens.list().all()).toStrictEqual([
      withoutSecret(token),
      withoutSecret(first),
    ]);

    expect(await hooktrail.tokens.revoke(token.id)).toBeUndefined();
    expect(await failure(reader.webhooks.list())).toBeInstanceOf(UnauthorizedError);
    expect(await failure(hooktrail.tokens.revoke(token.id))).toBeInstanceOf(NotFoundError);
  });

  test('are paged in both directions', async () => {
    const { hooktrail } = await newAccount('pages of tokens');
    for (const name of ['a', 'b', 'c', 'd']) await hooktrail.tokens.create({ name, role: 'read' });
    const first = await hooktrail.tokens.list({ pageSize: 2 });
    const pages = [first];
    for (let page = await first.next(); page; page = await page.next()) pages.push(page);
    expect(pages.map(({ items }) => items.map(({ name }) => name))).toEqual([
      ['d', 'c'],
      ['b', 'a'],
      ['first'],
    ]);
    expect((await pages[1]?.prev())?.items).toEqual(first.items);

    const names: string[] = [];
    for await (const { name } of hooktrail.tokens.list({ pageSize: 1 })) names.push(name);
    expect(names).toEqual(['d', 'c', 'b', 'a', 'first']);
  });

  test('of another account are for operators', async () => {
    const { account, token: first, hooktrail } = await newAccount('of another');
    const { id: accountId } = account;
    const token = await operator.tokens.create({ name: 'by', role: 'publish' }, { accountId });
    expect(token).toMatchObject({ accountId, createdBy: 'operator' });
    const names: string[] = [];
    for await (const { name } of operator.tokens.list({ accountId, pageSize: 1 })) names.push(name);
    expect(names).toEqual(['by', 'first']);
    expect(await failure(operator.tokens.revoke(token.id))).toBeInstanceOf(NotFoundError);
    await operator.tokens.revoke(token.id, { accountId });

    for (const error of await failures([
      hooktrail.tokens.list({ accountId: 1 }),
      hooktrail.tokens.create({ name: 'x', role: 'read' }, { accountId: 1 }),
      hooktrail.tokens.revoke(first.id, { accountId: 1 }),
      hooktrail.tokens.create({ name: 'x', role: 'operator' }),
      hooktrail.audit.list({ accountId: 1 }),
    ])) {
      expect(error).toBeInstanceOf(ForbiddenError);
    }
  });

  test('are refused where they are not valid', async () => {
    const error = await failure(operator.tokens.create({ name: '', role: 'read' }));
    expect(error).toBeInstanceOf(UnprocessableEntityError);
    expect(error.data).toMatchObject({ errors: [{ field: 'token.name' }] });
    for (const unknown of await failures([
      operator.tokens.list({ accountId: 999_999 }),
      operator.tokens.create({ name: 'x', role: 'read' }, { accountId: 999_999 }),
      operator.tokens.revoke(NOBODY),
      operator.tokens.revoke('not/an id'),
    ])) {
      expect(unknown).toBeInstanceOf(NotFoundError);
    }
    const { items } = await operator.tokens.list();
    const last = items.find(({ role }) => role === 'operator');
    expect(await failure(operator.tokens.revoke(last?.id ?? ''))).toBeInstanceOf(ConflictError);
    const cursor = await failure(operator.tokens.list({ pageAfter: 'no-cursor' }));
    expect(cursor).toBeInstanceOf(BadRequestError);
  });
});

describe('accounts', () => {
  test('are created, shown and renamed', async () => {
    const account = await operator.accounts.create({ name: 'Acme', profile: 'zendesk' });
    expect(account).toStrictEqual({
      id: expect.any(Number),
      name: 'Acme',
      profile: 'zendesk',
      createdAt: expect.any(Date),
    });
    expect(await operator.accounts.get(account.id)).toStrictEqual(account);
    const renamed = { ...account, name: 'Acme Ltd' };
    expect(await operator.accounts.update(account.id, { name: 'Acme Ltd' })).toStrictEqual(renamed);
    expect(await operator.accounts.get(account.id)).toStrictEqual(renamed);
    expect(await operator.accounts.create({ name: 'Plain' })).toMatchObject({ profile: 'durable' });
  });

  test('are suspended and resumed', async () => {
    const { account, hooktrail } = await newAccount('suspended');
    const suspended = await operator.accounts.update(account.id, { suspended: true });
    expect(suspended).toStrictEqual({ ...account, suspendedAt: expect.any(Date) });
    const error = await failure(hooktrail.webhooks.list());
    expect(error).toBeInstanceOf(ForbiddenError);
    expect(error.data).toMatchObject({ error: { code: 'AccountSuspended' } });
    expect(await operator.accounts.update(account.id, { suspended: false })).toStrictEqual(account);
    expect(await hooktrail.webhooks.list().all()).toEqual([]);

    const own = await failure(operator.accounts.update(1, { suspended: true }));
    expect(own).toBeInstanceOf(UnprocessableEntityError);
    expect(own.data).toMatchObject({ errors: [{ field: 'account.suspended' }] });
  });

  test('are listed newest first, page by page', async () => {
    for (const name of ['one', 'two', 'three']) await operator.accounts.create({ name });
    const all = await operator.accounts.list().all();
    expect(all.map(({ name }) => name).slice(0, 3)).toEqual(['three', 'two', 'one']);
    expect(all.at(-1)?.id).toBe(1);
    expect(await operator.accounts.list({ pageSize: 2 }).all()).toStrictEqual(all);
    expect(await operator.accounts.list().all({ limit: 2 })).toStrictEqual(all.slice(0, 2));
  });

  test('are for operators only', async () => {
    const { account, hooktrail } = await newAccount('no operator');
    for (const error of await failures([
      hooktrail.accounts.list(),
      hooktrail.accounts.create({ name: 'x' }),
      hooktrail.accounts.get(account.id),
      hooktrail.accounts.update(account.id, { name: 'x' }),
    ])) {
      expect(error).toBeInstanceOf(ForbiddenError);
    }
  });

  test('are refused where they do not exist or are not valid', async () => {
    for (const error of await failures([
      operator.accounts.get(999_999),
      operator.accounts.get(1.5),
      operator.accounts.update(999_999, { name: 'x' }),
    ])) {
      expect(error).toBeInstanceOf(NotFoundError);
    }
    expect(await failure(operator.accounts.create({ name: '' }))).toBeInstanceOf(
      UnprocessableEntityError,
    );
  });
});

describe('keys', () => {
  test('are shown, replaced, and find events in lists and searches', async () => {
    const { hooktrail } = await newAccount('keyed');
    const names = (keys: readonly { readonly key: string }[]) => keys.map(({ key }) => key);
    expect(names(await hooktrail.account.keys())).toEqual(['/subject', '/detail/id']);
    const replaced = await hooktrail.account.replaceKeys(['/detail/id', 'header.x-tenant']);
    expect(names(replaced)).toEqual(['/detail/id', 'header.x-tenant']);
    for (const { since } of replaced) expect(since).toBeInstanceOf(Date);
    expect(await hooktrail.account.keys()).toEqual(replaced);

    const published = await hooktrail.events.publish(
      { type: 'order.paid', detail: { id: 9876, note: 'fragile' } },
      { headers: { 'X-Tenant': 'acme' } },
    );
    await hooktrail.events.publish({ type: 'order.paid', detail: { id: 9876, note: 'other' } });
    const { id } = published.event;
    const idsOf = (results: readonly { readonly event?: { readonly id: string } | undefined }[]) =>
      results.map(({ event }) => event?.id);
    const q = '/detail/id:9876 header.x-tenant:acme';
    expect((await hooktrail.events.list({ q }).all()).map((event) => event.id)).toEqual([id]);
    expect(idsOf(await hooktrail.search(q).all())).toEqual([id]);
    expect(idsOf(await hooktrail.search('/detail/id:9876 fragile').all())).toEqual([id]);
    expect(await hooktrail.search('/detail/id:9876').all()).toHaveLength(2);
    expect(await hooktrail.invocations.list(q).all()).toEqual([]);
  });

  test('are refused where they are not valid, and for those who may not change them', async () => {
    const { hooktrail } = await newAccount('keyed badly');
    const nine = Array.from({ length: 9 }, (_, n) => `/${n}`);
    for (const keys of [nine, ['detail'], ['header.authorization']]) {
      expect(await failure(hooktrail.account.replaceKeys(keys))).toBeInstanceOf(
        UnprocessableEntityError,
      );
    }
    expect(await failure(hooktrail.search('/other:1'))).toBeInstanceOf(BadRequestError);
    const { hooktrail: reader } = await newAccount('keyed reader', 'read');
    expect(await reader.account.keys()).toHaveLength(2);
    expect(await failure(reader.account.replaceKeys([]))).toBeInstanceOf(ForbiddenError);
  });
});

describe('the audit', () => {
  test('lists the changes of an account, its own and an operator’s', async () => {
    const { account, token: first, hooktrail } = await newAccount('audit');
    const { id: accountId } = account;
    const webhook = await hooktrail.webhooks.create({
      name: 'Orders',
      endpoint: 'https://example.com/hook',
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: ['order.*'],
    });
    await hooktrail.webhooks.patch(webhook.id, { name: 'All orders', description: 'Paid' });
    const own = await hooktrail.audit.list().all();
    expect(own.map(({ operation, by }) => `${operation} by ${by}`)).toEqual([
      'patchWebhook by token',
      'createWebhook by token',
      'createToken by operator',
      'createAccount by operator',
    ]);
    expect(own[0]).toStrictEqual({
      id: ulid,
      createdAt: expect.any(Date),
      operation: 'patchWebhook',
      by: 'token',
      tokenId: first.id,
      method: 'PATCH',
      requestId: expect.any(String),
      address: '127.0.0.1',
      target: { type: 'webhook', id: webhook.id },
      changes: [
        { field: 'name', from: 'Orders', to: 'All orders' },
        { field: 'description', to: 'Paid' },
      ],
    });
    // An operator's token, request and address are not for other accounts.
    expect(own[2]).toStrictEqual({
      id: ulid,
      createdAt: expect.any(Date),
      operation: 'createToken',
      by: 'operator',
      target: { type: 'token', id: first.id },
      changes: expect.any(Array),
    });
    const seen = await operator.audit.list({ accountId, pageSize: 1 }).all();
    expect(seen.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
    expect(seen[2]).toMatchObject({ by: 'operator', method: 'POST', tokenId: ulid });
  });

  test('is filtered by operation and time, and paged', async () => {
    const { hooktrail } = await newAccount('filters');
    const tokens: NewToken[] = [];
    for (const name of ['a', 'b', 'c']) {
      tokens.push(await hooktrail.tokens.create({ name, role: 'read' }));
    }
    await hooktrail.tokens.revoke(tokens[0]?.id ?? '');
    const query = { filterOperation: 'createToken' };
    const first = await hooktrail.audit.list({ ...query, pageSize: 3 });
    expect(first.items.map(({ target }) => target.id)).toEqual(
      tokens.map(({ id }) => id).reverse(),
    );
    const second = await first.next();
    expect(second?.items).toHaveLength(1);
    expect(await second?.next()).toBeNull();

    const [newest] = first.items;
    const filterFromTs = newest?.createdAt ?? new Date();
    const later = await hooktrail.audit.list({ filterFromTs }).all();
    expect(later.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['revokeToken', 'createToken']),
    );
    expect(later.every(({ createdAt }) => createdAt >= filterFromTs)).toBe(true);
    const future = new Date(Date.now() + 60_000);
    expect(await hooktrail.audit.list({ filterFromTs: future }).all()).toEqual([]);

    for (const error of await failures([
      hooktrail.audit.list({ filterOperation: 'listWebhooks' }),
      hooktrail.audit.list({ filterFromTs: 'yesterday' }),
    ])) {
      expect(error).toBeInstanceOf(BadRequestError);
    }
  });

  test('and the tokens are not for those who only read or publish', async () => {
    for (const role of ['read', 'publish']) {
      const { hooktrail } = await newAccount(`only ${role}`, role);
      for (const error of await failures([
        hooktrail.audit.list(),
        hooktrail.tokens.list(),
        hooktrail.tokens.create({ name: 'x', role: 'read' }),
        hooktrail.tokens.revoke(NOBODY),
      ])) {
        expect(error).toBeInstanceOf(ForbiddenError);
      }
    }
  });
});

test('credentials that are wrong are refused by every operation', async () => {
  const { accounts, audit, tokens } = client('wrong');
  for (const error of await failures([
    tokens.list(),
    tokens.create({ name: 'x', role: 'read' }),
    tokens.revoke(NOBODY),
    accounts.list(),
    accounts.create({ name: 'x' }),
    accounts.get(1),
    accounts.update(1, {}),
    audit.list(),
  ])) {
    expect(error).toBeInstanceOf(UnauthorizedError);
  }
});
