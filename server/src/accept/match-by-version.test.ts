import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shareRoom } from '../config/share-room.ts';
import type { Database } from '../database/database.ts';
import type { Query } from '../database/query.ts';
import { createAccessStore } from '../directory/create-access-store.ts';
import { createDirectory, type DirectoryCache } from '../directory/create-directory.ts';
import { createWebhookStore } from '../directory/create-webhook-store.ts';
import type { WebhookStore } from '../directory/webhook-store.ts';
import type { Act } from '../model/act.ts';
import { newId } from '../model/ids.ts';
import { keyHash, keySeed } from '../model/key-hash.ts';
import type { Leased } from '../model/leased.ts';
import type { Webhook } from '../model/webhook.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { idsByHash } from '../testing/key-index.ts';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { testWebhook } from '../testing/test-webhook.ts';
import type { Accepted } from './acceptor.ts';
import { captureAgain } from './capture-again.ts';
import { compileKeys } from './compile-keys.ts';
import { createAcceptor, type StoppableAcceptor } from './create-acceptor.ts';

/**
 * Two nodes on one database, and no notification reaches the other: as with a listener that hangs.
 * `here` changes webhooks, `there` publishes.
 */

const ACT: Act = { operation: 'test', by: undefined };
const clock = { now: Date.now };
const NO_LIMITS = { count: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER };
const secrets = createSecretBox(Buffer.alloc(32, 7));

interface Node {
  readonly directory: DirectoryCache;
  readonly store: WebhookStore;
  readonly acceptor: StoppableAcceptor;
  readonly statements: string[];
  readonly delivered: Leased[];
  taken: number;
  /** Runs before each statement that writes events. */
  beforeWrite: () => Promise<void>;
}

let trail: TestTrail;
let here: Node;
let there: Node;
let accounts: [number, number];

beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

beforeEach(async () => {
  const rows = await trail.sql<{ id: string }>(
    `insert into account (id, name)
    select coalesce((select max(id) from account), 0) + n, 'one of two' from generate_series(1, 2) n
    returning id`,
  );
  accounts = rows.map(({ id }) => Number(id)) as [number, number];
  here = await node();
  there = await node();
});

async function node(): Promise<Node> {
  const made = { statements: [] as string[], delivered: [] as Leased[], taken: 0 } as unknown as {
    -readonly [Key in keyof Node]: Node[Key];
  };
  const database: Database = {
    ...trail.database,
    async run<Params, Row>(query: Query<Params, Row>, params: Params) {
      made.statements.push(query.name);
      if (query.name.startsWith('insert-')) await made.beforeWrite();
      return trail.database.run(query, params);
    },
  };
  made.beforeWrite = async () => undefined;
  made.directory = createDirectory({ database, secrets, onWebhook: () => undefined });
  made.store = createWebhookStore({
    clock,
    database,
    directory: made.directory,
    limits: NO_LIMITS,
    secrets,
  });
  made.acceptor = createAcceptor({
    clock,
    database,
    directory: made.directory,
    leaseMs: 30_000,
    room: shareRoom(1),
    shortCut: {
      reserve() {
        made.taken++;
        return true;
      },
      cancel(webhookIds) {
        made.taken -= webhookIds.length;
      },
      deliver: (work) => made.delivered.push(...work),
      due: () => undefined,
    },
  });
  await made.directory.reload();
  made.statements.length = 0;
  return made;
}

const newWebhook = (values: Partial<Webhook> = {}): Webhook =>
  testWebhook({ accountId: accounts[0], subscriptions: ['order.*'], ...values });

/** Stores a webhook that both nodes know. */
async function knownWebhook(values: Partial<Webhook> = {}): Promise<Webhook> {
  const webhook = newWebhook(values);
  await here.store.create(webhook, ACT);
  await there.directory.refreshAccount(webhook.accountId);
  there.statements.length = 0;
  return webhook;
}

const event = (type = 'order.paid') => ({ id: 'e', ownId: true, type, body: '{}' });
const publish = (on: Node, accountId = accounts[0]) =>
  on.acceptor.publish(accountId, event(), undefined);
const matched = ({ invocations }: Accepted) => invocations.map(({ webhook_id }) => webhook_id);
const change = (webhook: Webhook, values: Partial<Webhook>) =>
  here.store.update(webhook.accountId, webhook.id, ACT, (current) => ({ ...current, ...values }));
const written = (on: Node) => on.statements.filter((name) => name.startsWith('insert-')).length;

describe('an event that another node publishes, before it hears of a change', () => {
  it('goes to a webhook that was just created, also the first of its account', async () => {
    const webhook = newWebhook();
    await here.store.create(webhook, ACT);
    expect(matched(await publish(there))).toEqual([webhook.id]);
    expect(there.delivered.map(({ webhookId }) => webhookId)).toEqual([webhook.id]);
  });

  it('does not go to a webhook that was deleted', async () => {
    const webhook = await knownWebhook();
    const kept = await knownWebhook();
    await here.store.delete(webhook.accountId, webhook.id, ACT);
    expect(matched(await publish(there))).toEqual([kept.id]);
    expect(there.taken).toBe(1);
    const rows = await trail.sql(
      'select 1 from invocation i join event e on e.id = i.event_id where e.account_id = $1',
      [webhook.accountId],
    );
    expect(rows).toHaveLength(1);
  });

  it('skips a webhook that was deactivated, and finds one that was activated', async () => {
    const webhook = await knownWebhook();
    await change(webhook, { status: 'inactive' });
    expect(await publish(there)).toMatchObject({
      invocations: [],
      skipped: [{ webhook_id: webhook.id, reason: 'inactive' }],
    });
    await change(webhook, { status: 'active' });
    expect(matched(await publish(there))).toEqual([webhook.id]);
  });

  it('is matched by the new subscriptions', async () => {
    const webhook = await knownWebhook();
    await change(webhook, { subscriptions: ['invoice.paid'] });
    expect(matched(await publish(there))).toEqual([]);
    const results = await there.acceptor.publishAll(webhook.accountId, [
      { event: event('invoice.paid'), idempotency: undefined },
    ]);
    expect(matched(results[0] as Accepted)).toEqual([webhook.id]);
  });

  it('is exact in a batch, with a key and for a deletion whose row was dropped since', async () => {
    const webhook = await knownWebhook();
    await here.store.delete(webhook.accountId, webhook.id, ACT);
    await trail.sql(
      `with gone as (delete from deleted_webhook where account_id = $1 returning version)
      update account set forgotten_version = (select max(version) from gone) where id = $1`,
      [webhook.accountId],
    );
    const key = { key: 'key:stale', fingerprint: Buffer.alloc(32) };
    const batch = [
      { event: event(), idempotency: key },
      { event: event(), idempotency: key },
      { event: event(), idempotency: undefined },
    ];
    const results = await there.acceptor.publishAll(webhook.accountId, batch);
    expect(results).toEqual(Array(3).fill({ event: { id: 'e' }, invocations: [], skipped: [] }));
    // The key was taken by the second match, not by the first, which wrote nothing.
    expect(await here.acceptor.publish(webhook.accountId, event(), key)).toEqual(results[0]);
  });

  it('is refused as a direct invocation of a deleted webhook', async () => {
    const webhook = await knownWebhook({ subscriptions: ['conditional_ticket_events'] });
    await here.store.delete(webhook.accountId, webhook.id, ACT);
    const invoked = there.acceptor.invoke(() => {
      const found = there.directory.webhook(webhook.id);
      if (found === undefined) throw new Error('there is no webhook');
      return { webhook: found, body: '{}' };
    });
    await expect(invoked).rejects.toThrow('there is no webhook');
    expect(there.taken).toBe(0);
  });

  it('sees a change of the account, made through the other node', async () => {
    await knownWebhook();
    const access = createAccessStore({
      clock,
      database: trail.database,
      directory: here.directory,
    });
    const suspendedAt = new Date();
    await access.updateAccount(accounts[0], ACT, (current) => ({ ...current, suspendedAt }));
    await publish(there);
    expect(there.directory.account(accounts[0])?.suspendedAt).toEqual(suspendedAt);
  });
});

describe('what it costs', () => {
  it('is no statement while nothing changes', async () => {
    await knownWebhook();
    await Promise.all([publish(there), publish(there), publish(there)]);
    expect(there.statements).toEqual(['insert-events']);
  });

  it('is one more match after a change, whoever waits', async () => {
    await knownWebhook();
    await here.store.create(newWebhook(), ACT);
    await Promise.all(Array.from({ length: 5 }, () => publish(there)));
    expect(written(there)).toBe(2);
    expect(there.statements.filter((name) => name === 'read-accounts-by-id')).toHaveLength(1);
    expect(there.taken).toBe(10);
    expect(there.delivered).toHaveLength(10);
  });

  it('is not paid by the neighbours in a group', async () => {
    const mine = await knownWebhook();
    const other = await knownWebhook({ accountId: accounts[1] });
    await change(mine, { name: 'changed' });
    const [one, two] = await Promise.all([publish(there), publish(there, accounts[1])]);
    expect([matched(one), matched(two)]).toEqual([[mine.id], [other.id]]);
    const [first, ...rest] = await trail.sql<{ account_id: string }>(
      'select account_id from event where account_id = any ($1) order by id',
      [accounts],
    );
    // The neighbour's was written first, with the group; the other one after its second match.
    expect(first?.account_id).toBe(String(accounts[1]));
    expect(rest).toHaveLength(1);
    expect(there.taken).toBe(2);
  });

  it('reads what changed, not all webhooks of the account', async () => {
    for (let count = 0; count < 20; count++) await here.store.create(newWebhook(), ACT);
    // As after the migration, which gives no versions to webhooks.
    await trail.sql('update webhook set version = 0 where account_id = $1', [accounts[0]]);
    await there.directory.refreshAccount(accounts[0]);
    const last = newWebhook();
    await here.store.create(last, ACT);
    const seen: unknown[] = [];
    const spied = createDirectory({
      secrets,
      onWebhook: () => undefined,
      database: {
        ...trail.database,
        async run<Params, Row>(query: Query<Params, Row>, params: Params) {
          const rows = await trail.database.run(query, params);
          if (query.name.endsWith('webhook-page')) seen.push(...rows);
          return rows;
        },
      },
    });
    await spied.reload();
    seen.length = 0;
    await change(last, { name: 'changed' });
    await spied.refreshAccount(accounts[0]);
    expect(seen).toMatchObject([{ id: last.id, name: 'changed' }]);
    expect(spied.webhook(last.id)?.name).toBe('changed');
  });
});

describe('an account that changes all the time', () => {
  it('gets its event in as soon as a match is exact', async () => {
    const webhook = await knownWebhook();
    let changes = 0;
    there.beforeWrite = async () => {
      if (changes++ < 5) await change(webhook, { name: `change ${changes}` });
    };
    expect(matched(await publish(there))).toEqual([webhook.id]);
    expect(written(there)).toBe(6);
    expect(there.taken).toBe(1);
  });

  it('is refused as unavailable after 20 matches, and keeps no place', async () => {
    const webhook = await knownWebhook();
    let changes = 0;
    there.beforeWrite = async () => {
      await change(webhook, { name: `change ${changes++}` });
    };
    await expect(publish(there)).rejects.toMatchObject({ name: 'Unavailable' });
    expect(written(there)).toBe(20);
    expect(there.taken).toBe(0);
  });
});

describe('the keys of an account', () => {
  it('are those that are committed, whether or not this node has heard of them', async () => {
    const access = createAccessStore({
      clock,
      database: trail.database,
      directory: here.directory,
    });
    const account = accounts[0] as number;
    await there.directory.reload();
    const detail = { id: 'e', ownId: false, type: 'order.paid' };
    const captured = (name: string) => keyHash(keySeed(account, '/detail/name'), name);
    there.beforeWrite = async () => {
      there.beforeWrite = async () => undefined;
      await access.updateAccount(account, ACT, (current) => ({
        ...current,
        keys: [{ name: '/detail/name', sinceMs: Date.now() }],
      }));
    };
    const body = '{"type":"order.paid","detail":{"name":"Zoe"}}';
    const keys = compileKeys(there.directory.account(account));
    await there.acceptor.publish(
      account,
      { ...detail, id: newId(Date.now()), body, captured: captureAgain(keys, body, undefined) },
      undefined,
    );
    const found = await idsByHash(trail.database, captured('Zoe'), { accountId: account });
    expect(found).toHaveLength(1);
  });
});
