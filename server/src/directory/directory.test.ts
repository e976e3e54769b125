import { eventually } from '@hooktrail/harness/eventually';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { type Listener, listen } from '../database/listen.ts';
import type { Act } from '../model/act.ts';
import { idFromUuid, newId, uuidFromId } from '../model/ids.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Webhook } from '../model/webhook.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { tokenHash } from '../secrets/token-hash.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql } from '../testing/test-node.ts';
import { testWebhook } from '../testing/test-webhook.ts';
import { createDirectory, type DirectoryCache } from './create-directory.ts';
import { createWebhookStore } from './create-webhook-store.ts';
import type { Directory } from './directory.ts';
import { ensureMainAccount } from './ensure-main-account.ts';
import type { WebhookStore } from './webhook-store.ts';

/** The webhooks of an account, newest first. */
const webhooksOf = async ({ webhooksInOrder }: Directory, accountId = 1) =>
  (await webhooksInOrder(accountId, 'id')).map(({ webhook }) => webhook).reverse();

const log = pino({ level: 'silent' });
const secrets = createSecretBox(Buffer.alloc(32, 7));

const ACT: Act = { operation: 'test', by: undefined };

/** The parts of a node that maintain a directory. */
interface Node {
  readonly database: Database;
  readonly directory: DirectoryCache;
  readonly store: WebhookStore;
  readonly notified: [string, Webhook | undefined][];
  readonly listener: Listener;
}

let test: TestDatabase;
let nodes: Node[];
beforeEach(async () => {
  test = await createTestDatabase();
  nodes = [];
  const database = openDatabase(test.url, { connections: 1, log });
  await ensureMainAccount({ clock: { now: Date.now }, database, bootstrapToken: 'token' });
  await database.close();
});
afterEach(async () => {
  for (const { database, listener } of nodes) {
    await listener.stop();
    await database.close();
  }
  await test.drop();
});

async function startNode(
  wrap: (database: Database) => Database = (database) => database,
  limits = { count: 1_000_000, bytes: Number.MAX_SAFE_INTEGER },
): Promise<Node> {
  const real = openDatabase(test.url, { connections: 4, log });
  const database = wrap(real);
  const notified: [string, Webhook | undefined][] = [];
  const directory = createDirectory({
    database,
    secrets,
    onWebhook: (id, webhook) => notified.push([id, webhook]),
  });
  const listener = await listen({
    url: test.url,
    log,
    channels: {
      hooktrail_webhook: (id) => void directory.refreshWebhook(id).catch(() => undefined),
      hooktrail_access: () => void directory.refreshAccess().catch(() => undefined),
      hooktrail_due: () => undefined,
      hooktrail_breaker: () => undefined,
    },
    onListening: () => directory.reload(),
  });
  const node = {
    database: real,
    directory,
    store: createWebhookStore({ clock: { now: Date.now }, database, directory, limits, secrets }),
    notified,
    listener,
  };
  nodes.push(node);
  return node;
}

const newWebhook = (values: Partial<Webhook> = {}): Webhook =>
  testWebhook({
    subscriptions: ['order.*'],
    createdAt: new Date('2031-05-15T12:00:00.123Z'),
    createdBy: '7',
    ...values,
  });

const full = () =>
  newWebhook({
    description: 'a "quoted" thing\n🦊',
    status: 'inactive',
    subscriptions: ['a.b', '{c}', 'with "quotes", and \\'],
    httpMethod: 'PATCH',
    requestFormat: 'form_encoded',
    authentication: {
      type: 'basic_auth',
      data: { username: 'ü', password: 'p' },
      addPosition: 'header',
    },
    customHeaders: { 'X-Z': '1', 'X-A': '2', __proto_x: '3' },
    externalSource: { type: 'x', data: { b: [1, null], a: 2 } },
    updatedAt: new Date('2031-05-16T12:00:00Z'),
    updatedBy: '8',
  });

describe('one node', () => {
  it('returns a webhook as it was stored, from memory and from the database', async () => {
    const node = await startNode();
    for (const webhook of [newWebhook(), full()]) {
      await node.store.create(webhook, ACT);
      expect(node.directory.webhook(webhook.id)).toEqual(webhook);
      const other = await startNode();
      expect(other.directory.webhook(webhook.id)).toEqual(webhook);
      expect(Object.keys(other.directory.webhook(webhook.id)?.customHeaders ?? {})).toEqual(
        Object.keys(webhook.customHeaders ?? {}),
      );
    }
    expect(await webhooksOf(node.directory)).toHaveLength(2);
    expect(await webhooksOf(node.directory, 2)).toEqual([]);
    expect(node.directory.subscribers(1, 'order.paid')).toHaveLength(1);
    expect(node.directory.subscribers(2, 'order.paid')).toEqual([]);
  });

  it('encrypts stored secrets', async () => {
    const node = await startNode();
    await node.store.create(full(), ACT);
    const [row] = await sql<{ text: string }>(
      test.url,
      'select webhook::text as text from webhook',
    );
    expect(row?.text).not.toContain(Buffer.from('the secret'));
    expect(row?.text).not.toContain(Buffer.from('password'));
    expect(row?.text).not.toMatch(/the secret|password/);
  });

  it('loads accounts and tokens', async () => {
    const { directory } = await startNode();
    expect(directory.account(1)).toEqual({
      id: 1,
      name: 'main',
      profile: 'durable',
      suspendedAt: undefined,
      keys: ['/subject', '/detail/id'].map((name) => ({ name, sinceMs: expect.any(Number) })),
    });
    expect(directory.tokenByHash(tokenHash('token'))).toMatchObject({
      accountId: 1,
      role: 'operator',
    });
    expect(directory.tokenByHash(tokenHash('other'))).toBeUndefined();
  });

  it('deletes once', async () => {
    const { store, directory, notified } = await startNode();
    const webhook = newWebhook();
    await store.create(webhook, ACT);
    expect(await store.delete(2, webhook.id, ACT)).toBe(false);
    expect(directory.webhook(webhook.id)).toBeDefined();
    expect(await store.delete(1, webhook.id, ACT)).toBe(true);
    expect(await store.delete(1, webhook.id, ACT)).toBe(false);
    expect(directory.webhook(webhook.id)).toBeUndefined();
    expect(await webhooksOf(directory)).toEqual([]);
    expect(notified.at(-1)).toEqual([webhook.id, undefined]);
  });
});

describe('update', () => {
  it('loses none of many concurrent changes', async () => {
    const one = await startNode();
    const two = await startNode();
    const webhook = newWebhook({ name: '' });
    await one.store.create(webhook, ACT);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? one : two).store.update(1, webhook.id, ACT, (current) => ({
          ...current,
          name: `${current.name}x`,
        })),
      ),
    );
    for (const { directory } of [one, two]) {
      await eventually('all changes', () => directory.webhook(webhook.id)?.name.length === 20);
    }
  });

  it('shows the change when it resolves', async () => {
    const { store, directory } = await startNode();
    const webhook = newWebhook();
    await store.create(webhook, ACT);
    const before = directory.webhook(webhook.id);
    const changed = await store.update(1, webhook.id, ACT, (current) => ({
      ...current,
      status: 'inactive',
      subscriptions: ['c.d'],
    }));
    expect(changed).toMatchObject({ status: 'inactive' });
    expect(directory.webhook(webhook.id)).toEqual(changed);
    expect(directory.webhook(webhook.id)).not.toBe(before);
    expect(directory.subscribers(1, 'order.paid')).toEqual([]);
    expect(directory.subscribers(1, 'c.d')).toEqual([changed]);
  });

  it('changes nothing when the change throws, and rejects with its error', async () => {
    const { store, directory } = await startNode();
    const webhook = newWebhook();
    await store.create(webhook, ACT);
    const error = new Error('not valid');
    await expect(
      store.update(1, webhook.id, ACT, () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(directory.webhook(webhook.id)).toEqual(webhook);
    expect(await store.update(1, webhook.id, ACT, (current) => current)).toEqual(webhook);
  });

  it('leaves the webhook and the audit unchanged when the change gives nothing', async () => {
    const { store, directory } = await startNode();
    const webhook = newWebhook();
    await store.create(webhook, ACT);
    const rows = () =>
      sql(test.url, 'select version from webhook union all select count(*) from audit');
    const before = await rows();
    expect(await store.update(1, webhook.id, ACT, () => undefined)).toBeUndefined();
    expect(directory.webhook(webhook.id)).toEqual(webhook);
    expect(await rows()).toEqual(before);
  });

  it("finds neither another account's webhook nor a missing one", async () => {
    const { store } = await startNode();
    const webhook = newWebhook();
    await store.create(webhook, ACT);
    const never = () => {
      throw new Error('not called');
    };
    expect(await store.update(2, webhook.id, ACT, never)).toBeUndefined();
    expect(await store.update(1, newId(Date.now()), ACT, never)).toBeUndefined();
  });
});

describe('two nodes', () => {
  it('follow each other', async () => {
    const one = await startNode();
    const two = await startNode();
    const webhook = newWebhook();
    await one.store.create(webhook, ACT);
    await eventually('the webhook', () => two.directory.webhook(webhook.id) !== undefined);
    await two.store.update(1, webhook.id, ACT, (current) => ({ ...current, name: 'changed' }));
    await eventually('the change', () => one.directory.webhook(webhook.id)?.name === 'changed');
    expect(one.notified.at(-1)).toEqual([webhook.id, two.directory.webhook(webhook.id)]);
    await one.store.delete(1, webhook.id, ACT);
    await eventually('its end', () => two.directory.webhook(webhook.id) === undefined);
    expect(await webhooksOf(two.directory)).toEqual([]);
  });

  it('follow changes of tokens', async () => {
    const { directory } = await startNode();
    const version = directory.tokensVersion;
    await sql(test.url, `delete from token`);
    await sql(test.url, `select pg_notify('hooktrail_access', '')`);
    const hash = tokenHash('token');
    await eventually('its end', () => directory.tokenByHash(hash) === undefined);
    expect(directory.tokensVersion).toBeGreaterThan(version);
  });

  describe('of which one has not heard of the other yet', () => {
    it('looks for a token that it does not know', async () => {
      const node = await startNode();
      const hash = tokenHash('made elsewhere');
      await sql(
        test.url,
        `insert into token (id, account_id, name, role, hash)
        values (gen_random_uuid(), 1, 'new', 'read', $1)`,
        [hash],
      );
      expect(node.directory.tokenByHash(hash)).toBeUndefined();
      expect(await node.directory.learnSecret(hash)).toBe(true);
      expect(node.directory.tokenByHash(hash)?.name).toBe('new');
    });

    it('asks for nothing that it knows, and reads all anew once for those who wait together', async () => {
      const node = await startNode();
      const run = vi.spyOn(node.database, 'run');
      expect(await node.directory.learnSecret(tokenHash('token'))).toBe(true);
      expect(run).not.toHaveBeenCalled();
      const version = node.directory.tokensVersion;
      await Promise.all(Array.from({ length: 20 }, () => node.directory.refreshAccess()));
      expect(node.directory.tokensVersion).toBe(version + 1);
    });

    it('says that it could not ask, and asks again', async () => {
      const node = await startNode();
      const run = vi.spyOn(node.database, 'run').mockRejectedValueOnce(new Unavailable('away'));
      const hash = tokenHash('guess');
      await expect(node.directory.learnSecret(hash)).rejects.toThrow('away');
      expect(await node.directory.learnSecret(hash)).toBe(false);
      expect(run).toHaveBeenCalledTimes(2);
    });

    it('lets a thousand wait, and tells the others that nobody has theirs', async () => {
      const node = await startNode();
      const run = vi.spyOn(node.database, 'run');
      const hashes = Array.from({ length: 1_200 }, (_, n) => tokenHash(`guess ${n}`));
      await Promise.all(hashes.map((hash) => node.directory.learnSecret(hash)));
      expect(run.mock.calls.map(([, asked]) => (asked as Buffer[]).length)).toEqual([1_000]);
    });

    it('asks for what many guess with few statements, and reloads nothing for it', async () => {
      const node = await startNode();
      const version = node.directory.tokensVersion;
      const run = vi.spyOn(node.database, 'run');
      const guesses = Array.from({ length: 500 }, (_, n) => tokenHash(`guess ${n}`));
      const startedMs = performance.now();
      const found = await Promise.all(guesses.map((hash) => node.directory.learnSecret(hash)));
      for (const hash of guesses.slice(0, 3)) found.push(await node.directory.learnSecret(hash));
      expect(found).not.toContain(true);
      const rests = Math.floor((performance.now() - startedMs) / 100);
      expect(run.mock.calls.length).toBeLessThanOrEqual(rests + 1);
      expect(run.mock.calls.length).toBeLessThanOrEqual(4);
      expect(node.directory.tokensVersion).toBe(version);
    });
  });

  it('distinguish tokens whose hashes begin alike', async () => {
    const { directory } = await startNode();
    const hashes = [1, 2, 3].map((last) => Buffer.concat([Buffer.alloc(31, 9), Buffer.of(last)]));
    const [one, two, nobody] = hashes as [Buffer, Buffer, Buffer];
    for (const [name, hash] of Object.entries({ one, two })) {
      await sql(
        test.url,
        `insert into token (id, account_id, name, role, hash)
        values (gen_random_uuid(), 1, $1, 'read', $2)`,
        [name, hash],
      );
    }
    await directory.refreshAccess();
    expect(directory.tokenByHash(one)?.name).toBe('one');
    expect(directory.tokenByHash(two)?.name).toBe('two');
    expect(directory.tokenByHash(nobody)).toBeUndefined();
  });

  it('catch up with what they missed while they were not listening', async () => {
    const one = await startNode();
    const two = await startNode();
    const [kept, gone] = [newWebhook(), newWebhook()];
    for (const webhook of [kept, gone]) await one.store.create(webhook, ACT);
    await eventually('both', async () => (await webhooksOf(two.directory)).length === 2);
    // Changed without a notification, as if it was lost with the connection.
    await sql(test.url, `update webhook set name = 'missed'`);
    await sql(test.url, `delete from webhook where signing_secret is not null and id = $1::uuid`, [
      await sql<{ id: string }>(test.url, 'select max(id::text) as id from webhook').then(
        ([row]) => row?.id,
      ),
    ]);
    await sql(
      test.url,
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name ~ '^hooktrail .*listener$'`,
    );
    for (const { directory } of [one, two]) {
      await eventually('what was missed', async () => {
        const [webhook, ...others] = await webhooksOf(directory);
        return webhook?.name === 'missed' && others.length === 0;
      });
    }
  });

  it('end up with the state of the database after concurrent reloads', async () => {
    const one = await startNode();
    const two = await startNode();
    const webhooks = Array.from({ length: 5 }, () => newWebhook());
    for (const webhook of webhooks) await one.store.create(webhook, ACT);
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const { id } = webhooks[index % 5] as Webhook;
        const node = index % 2 === 0 ? one : two;
        if (index % 7 === 0) await node.directory.reload();
        if (index === 33) await node.store.delete(1, id, ACT);
        else {
          await node.store.update(1, id, ACT, (current) => ({ ...current, name: `${index}` }));
        }
        await node.directory.refreshWebhook(id);
      }),
    );
    const stored = new Map(
      (await sql<{ name: string }>(test.url, 'select name from webhook order by id desc')).map(
        ({ name }, index) => [index, name],
      ),
    );
    expect(stored.size).toBe(4);
    for (const { directory } of [one, two]) {
      await eventually('the same', async () => {
        const names = (await webhooksOf(directory)).map(({ name }) => name);
        return names.join() === [...stored.values()].join();
      });
    }
  });
});

describe('a refresh that fails', () => {
  it('rejects, and the next one makes up for it', async () => {
    let failures = 0;
    const node = await startNode((database) => ({
      ...database,
      run(query, params) {
        if (query.name === 'read-webhooks' && failures-- > 0) throw new Unavailable('away');
        return database.run(query, params);
      },
    }));
    const [one, two] = [newWebhook(), newWebhook()];
    failures = 2; // the store's own reload, and the one after the notification
    await expect(node.store.create(one, ACT)).rejects.toBeInstanceOf(Unavailable);
    await eventually('both failures', () => failures <= 0);
    expect(node.directory.webhook(one.id)).toBeUndefined();
    await node.store.create(two, ACT);
    expect(node.directory.webhook(two.id)).toEqual(two);
    expect(node.directory.webhook(one.id)).toEqual(one);
  });
});

describe('the limits of an account', () => {
  const big = { customHeaders: { 'X-Big': 'x'.repeat(300_000) } };
  const state = async () =>
    (
      await sql<{ webhook_count: number; webhook_bytes: string; stored: string }>(
        test.url,
        `select webhook_count, webhook_bytes,
          (select count(*) || ' ' || coalesce(sum(bytes), 0) from webhook) as stored
        from account where id = 1`,
      )
    )[0] as { webhook_count: number; webhook_bytes: string; stored: string };

  it('hold for requests that come together, through any node', async () => {
    const limits = { count: 5, bytes: Number.MAX_SAFE_INTEGER };
    const nodes = [await startNode(undefined, limits), await startNode(undefined, limits)];
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, turn) => nodes[turn % 2]?.store.create(newWebhook(), ACT)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const refused = results.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { name: 'TooManyWebhooks', limit: 'count' } });
    const { webhook_count, webhook_bytes, stored } = await state();
    expect(`${webhook_count} ${webhook_bytes}`).toBe(stored);
    const { store, directory } = nodes[0] as Node;
    const [one] = (await webhooksOf(directory)) as [Webhook];
    expect(await store.delete(1, one.id, ACT)).toBe(true);
    await store.create(newWebhook(), ACT);
    await expect(store.create(newWebhook(), ACT)).rejects.toThrow(
      'HOOKTRAIL_MAX_WEBHOOKS_PER_ACCOUNT',
    );
  });

  it('count the bytes of what people make large: clones, headers, subscriptions', async () => {
    const { store } = await startNode(undefined, { count: 1_000, bytes: 1_000_000 });
    const one = newWebhook(big);
    for (let clones = 0; clones < 3; clones++) {
      await store.create({ ...one, id: newId(Date.now()) }, ACT);
    }
    const message = 'HOOKTRAIL_MAX_WEBHOOK_BYTES_PER_ACCOUNT';
    await expect(store.create({ ...one, id: newId(Date.now()) }, ACT)).rejects.toThrow(message);
    const small = newWebhook();
    await store.create(small, ACT);
    const grow = (values: Partial<Webhook>) =>
      store.update(1, small.id, ACT, (current) => ({ ...current, ...values }));
    await expect(grow(big)).rejects.toThrow(message);
    await expect(grow({ externalSource: ['x'.repeat(100_000)] })).rejects.toThrow(message);
    const subscriptions = Array.from({ length: 500 }, (_, index) => `${'a.'.repeat(100)}b${index}`);
    await expect(grow({ subscriptions })).rejects.toThrow(message);
    const { webhook_count, webhook_bytes, stored } = await state();
    expect(`${webhook_count} ${webhook_bytes}`).toBe(stored);
  });

  it('leave an account that is beyond them what it has, to change or to end', async () => {
    const node = await startNode();
    const one = newWebhook(big);
    for (const webhook of [one, newWebhook()]) await node.store.create(webhook, ACT);
    const { store } = await startNode(undefined, { count: 1, bytes: 100_000 });
    const change = (values: Partial<Webhook>) =>
      store.update(1, one.id, ACT, (current) => ({ ...current, ...values }));
    const paused = { at: new Date(), by: '7' };
    expect(await change({ status: 'inactive', updatedBy: 'hooktrail', paused })).toBeDefined();
    expect(await change({ customHeaders: { 'X-Big': 'x'.repeat(200_000) } })).toBeDefined();
    await expect(change(big)).rejects.toThrow('bytes');
    expect(await store.delete(1, one.id, ACT)).toBe(true);
  });
});

describe('a reload', () => {
  it('reports only what changed: nothing at the start', async () => {
    const one = await startNode();
    const webhooks = [newWebhook(), newWebhook(), full()];
    for (const webhook of webhooks) await one.store.create(webhook, ACT);
    const two = await startNode();
    expect(two.notified).toEqual([]);
    const before = two.directory.webhook(webhooks[0]?.id as string);
    await sql(test.url, `update webhook set name = 'changed' where name = 'test' and id = $1`, [
      uuidFromId(webhooks[1]?.id as string),
    ]);
    await two.directory.reload();
    expect(two.notified.map(([id]) => id)).toEqual([webhooks[1]?.id]);
    expect(two.directory.webhook(webhooks[0]?.id as string)).toBe(before);
  });

  /** Adds webhooks as if each was created in its turn. */
  const insertSmall = (count: number) =>
    sql(
      test.url,
      `with made as (
        insert into webhook (
          id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
          signing_secret, created_at, created_by, version
        )
        select gen_random_uuid(), 1, 'small', 'active', '{*}', 'https://example.com/', 'POST',
          'json', signing_secret, now(), 'test', directory_version + n
        from
          (select signing_secret from webhook limit 1) as secret,
          account,
          generate_series(1, $1) n
        where account.id = 1
      )
      update account set directory_version = directory_version + $1 where id = 1`,
      [count],
    );

  it('reads pages that are bounded in rows and bytes', async () => {
    const { store } = await startNode();
    const webhook = newWebhook({ customHeaders: { 'X-Big': 'x'.repeat(1_000_000) } });
    for (let clones = 0; clones < 12; clones++) {
      await store.create({ ...webhook, id: newId(Date.now()) }, ACT);
    }
    await insertSmall(1_200);
    const pages: { readonly bytes: number; readonly rows: number }[] = [];
    const { directory } = await startNode((database) => ({
      ...database,
      async run(query, params) {
        const rows = await database.run(query, params);
        if (query.name.endsWith('webhook-page')) {
          // A buffer is listed byte by byte in JSON.
          const bytes = JSON.stringify(rows, (_key, value) =>
            value?.type === 'Buffer' ? 'x'.repeat(value.data.length) : value,
          ).length;
          pages.push({ rows: rows.length, bytes });
        }
        return rows;
      },
    }));
    expect(await webhooksOf(directory)).toHaveLength(1_212);
    expect(Math.max(...pages.map(({ rows }) => rows))).toBeLessThanOrEqual(500);
    expect(Math.max(...pages.map(({ bytes }) => bytes))).toBeLessThan(6_000_000);
  });

  it('misses no webhook that is changed while it reads', async () => {
    const writer = await startNode();
    await writer.store.create(newWebhook(), ACT);
    await insertSmall(1_010);
    await writer.directory.reload();
    const webhooks = await sql<{ id: string }>(test.url, 'select id from webhook order by version');
    const idOf = (place: number) => idFromUuid(webhooks[place]?.id as string);
    let pages = 0;
    const { directory } = await startNode((database) => ({
      ...database,
      async run(query, params) {
        const rows = await database.run(query, params);
        if (query.name === 'read-webhook-page' && pages++ === 0) {
          // One that was read, one that comes next, and one that is deleted before its page.
          for (const id of [idOf(1), idOf(600)]) {
            await writer.store.update(1, id, ACT, (current) => ({ ...current, name: 'changed' }));
          }
          await writer.store.delete(1, idOf(700), ACT);
        }
        return rows;
      },
    }));
    await directory.refreshAccount(1);
    expect(await webhooksOf(directory)).toEqual(await webhooksOf(writer.directory));
    expect(directory.version(1)).toBe(writer.directory.version(1));
  });
});
