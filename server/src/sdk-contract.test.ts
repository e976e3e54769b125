import { startDatabaseGate } from '@hooktrail/harness/database-gate';
import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import {
  APIError,
  BadRequestError,
  ConflictError,
  ForbiddenError,
  NotFoundError,
  type Page,
  PayloadTooLargeError,
  ServiceUnavailableError,
  UnauthorizedError,
  UnprocessableEntityError,
  type WebhookInput,
  type WebhookInvocation,
  Zendesk,
} from '@hooktrail/sdk';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { verifySignature } from '@hooktrail/sdk/signature';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idFromUuid, newId, uuidFromId } from './model/ids.ts';
import { laneOf } from './model/lanes.ts';
import { tokenHash } from './secrets/token-hash.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';
import { makeDue, sql, startTestNode, type TestNode, TOKEN } from './testing/test-node.ts';

/*
 * Every operation of the SDK against a running node: the server answers as the SDK expects, and the
 * SDK can read whatever the server sends.
 */

const NOBODY = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;
let hooktrail: Hooktrail;
let types = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startReceiver();
  hooktrail = client(TOKEN);
  await addTokens();
});

afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

function client(accessToken: string, baseUrl = node.url): Hooktrail {
  return new Hooktrail({ baseUrl, auth: { accessToken }, retries: { strategy: 'none' } });
}

/** Adds a read-only token, and one of another account. */
async function addTokens(): Promise<void> {
  await sql(database.url, `insert into account (id, name) values (2, 'two')`);
  for (const [token, accountId, role] of [
    ['reader', 1, 'read'],
    ['stranger', 2, 'admin'],
  ] as const) {
    await sql(
      database.url,
      'insert into token (id, account_id, name, role, hash) values ($1, $2, $3, $4, $5)',
      [uuidFromId(newId(Date.now())), accountId, token, role, tokenHash(token)],
    );
  }
  await sql(database.url, `select pg_notify('hooktrail_access', '')`);
  await eventually('the tokens to be known', () =>
    client('stranger')
      .webhooks.list()
      .then(
        () => true,
        () => false,
      ),
  );
}

/** A webhook to the receiver, subscribed to an event type that no other webhook has. */
function input(fields: Partial<WebhookInput> = {}): WebhookInput & { subscriptions: string[] } {
  const type = `sdk.contract.number_${types++}`;
  return {
    name: type,
    endpoint: `${receiver.url}/${type}`,
    httpMethod: 'POST',
    requestFormat: 'json',
    status: 'active',
    ...fields,
    subscriptions: [...(fields.subscriptions ?? [type])],
  };
}

async function failure(call: PromiseLike<unknown>): Promise<APIError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(APIError);
  return error as APIError;
}

/** The errors of several calls. It awaits them together, so that no rejection goes unhandled. */
function failures(calls: readonly PromiseLike<unknown>[]): Promise<APIError[]> {
  return Promise.all(calls.map(failure));
}

/** Waits until the invocation has this number of attempts, and returns it. */
function attempted(webhookId: string, invocationId: string, attempts: number) {
  return eventually(`${attempts} attempts`, async () => {
    const rows = await hooktrail.webhookInvocations.list(webhookId).all();
    return rows.find(({ id, attemptsCount }) => id === invocationId && attemptsCount === attempts);
  });
}

const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

const ulid = expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);

describe('credentials', () => {
  test('of every kind are accepted', async () => {
    const email = 'ann@example.com';
    for (const auth of [
      { accessToken: TOKEN },
      { email, apiToken: TOKEN },
      { username: email, password: TOKEN },
      { username: `${email}/token`, password: TOKEN },
      async () => ({ accessToken: TOKEN }),
    ]) {
      const { items } = await new Zendesk({ baseUrl: node.url, auth }).webhooks.list();
      expect(items).toEqual(expect.any(Array));
    }
  });

  test('that are wrong fail on every operation', async () => {
    const wrong = client('wrong');
    const { webhooks, webhookInvocations, events } = wrong;
    for (const error of await failures([
      webhooks.list(),
      webhooks.create(input()),
      webhooks.clone(NOBODY),
      webhooks.get(NOBODY),
      webhooks.update(NOBODY, input()),
      webhooks.patch(NOBODY, {}),
      webhooks.delete(NOBODY),
      webhooks.test({}),
      webhooks.getSigningSecret(NOBODY),
      webhooks.resetSigningSecret(NOBODY),
      webhooks.invoke(NOBODY, {}),
      webhooks.getDelivery(NOBODY),
      webhooks.updateDelivery(NOBODY, {}),
      webhooks.pause(NOBODY),
      webhooks.resume(NOBODY),
      wrong.account.get(),
      wrong.account.update({}),
      webhookInvocations.list(NOBODY),
      webhookInvocations.listAttempts(NOBODY, NOBODY),
      events.publish({ type: 'a.b.c' }),
      events.publishBatch([{ type: 'a.b.c' }]),
      wrong.request({ path: '/api/v2/webhooks' }),
    ])) {
      expect(error).toBeInstanceOf(UnauthorizedError);
      expect(error.message).toContain('the credentials are not valid');
      expect(error.headers.get('www-authenticate')).toEqual(expect.any(String));
      expect(error.requestId).toEqual(expect.any(String));
    }
  });

  test('that are read-only cannot write', async () => {
    const reader = client('reader');
    expect((await reader.webhooks.list()).items).toEqual(expect.any(Array));
    for (const error of await failures([
      reader.webhooks.create(input()),
      reader.webhooks.delete(NOBODY),
      reader.events.publish({ type: 'a.b.c' }),
    ])) {
      expect(error).toBeInstanceOf(ForbiddenError);
    }
  });

  test('of another account see nothing of this one', async () => {
    const { id } = await hooktrail.webhooks.create(input());
    const { webhooks, webhookInvocations } = client('stranger');
    expect(await webhooks.list().all()).toEqual([]);
    for (const error of await failures([
      webhooks.clone(id),
      webhooks.get(id),
      webhooks.update(id, input()),
      webhooks.patch(id, {}),
      webhooks.delete(id),
      webhooks.test({}, { webhookId: id }),
      webhooks.getSigningSecret(id),
      webhooks.resetSigningSecret(id),
      webhooks.invoke(id, {}),
      webhooks.getDelivery(id),
      webhooks.updateDelivery(id, {}),
      webhooks.pause(id),
      webhooks.resume(id),
      webhookInvocations.list(id),
      webhookInvocations.listAttempts(id, NOBODY),
    ])) {
      expect(error).toBeInstanceOf(NotFoundError);
    }
    expect((await hooktrail.webhooks.get(id)).id).toBe(id);
  });
});

describe('webhooks', () => {
  const everything = {
    description: 'Tells the warehouse',
    subscriptions: ['zen:event-type:ticket.created', 'order.*'],
    authentication: {
      type: 'basic_auth',
      data: { username: 'ann', password: 'hush' },
      addPosition: 'header',
    },
    customHeaders: { 'X-My_Header': 'created_at' },
    externalSource: { type: 'app', data: { app_id: '7' } },
  } as const;

  test('are created with the fewest and with all fields, and shown', async () => {
    const little = input();
    const created = await hooktrail.webhooks.create(little);
    expect(created).toEqual({
      ...little,
      id: ulid,
      createdAt: expect.any(Date),
      createdBy: expect.any(String),
    });
    expect(Math.abs(created.createdAt.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await hooktrail.webhooks.get(created.id)).toEqual(created);

    const much = input(everything);
    const { id } = await hooktrail.webhooks.create(much);
    expect(await hooktrail.webhooks.get(id)).toEqual({
      ...much,
      // Secrets are not shown.
      authentication: { type: 'basic_auth', data: { username: 'ann' }, addPosition: 'header' },
      id,
      createdAt: expect.any(Date),
      createdBy: created.createdBy,
    });
  });

  test('show credentials without their secrets', async () => {
    const bearer = await hooktrail.webhooks.create(
      input({
        authentication: { type: 'bearer_token', data: { token: 'hush' }, addPosition: 'header' },
      }),
    );
    expect(bearer.authentication).toEqual({ type: 'bearer_token', addPosition: 'header' });
    const key = await hooktrail.webhooks.create(
      input({
        authentication: {
          type: 'api_key',
          data: { name: 'key', value: 'hush' },
          addPosition: 'query_string',
        },
      }),
    );
    expect(key.authentication).toEqual({
      type: 'api_key',
      data: { name: 'key' },
      addPosition: 'query_string',
    });
  });

  test('are cloned, including secrets', async () => {
    const original = await hooktrail.webhooks.create(input(everything));
    const { data: copy, response } = await hooktrail.webhooks.clone(original.id).withResponse();
    expect(response.status).toBe(201);
    expect(copy).toEqual({
      ...original,
      id: expect.not.stringContaining(original.id),
      name: `${original.name} (copy)`,
      createdAt: expect.any(Date),
    });
    expect(await hooktrail.webhooks.getSigningSecret(copy.id)).toEqual(
      await hooktrail.webhooks.getSigningSecret(original.id),
    );
    expect(await failure(hooktrail.webhooks.clone(NOBODY))).toBeInstanceOf(NotFoundError);
  });

  test('are replaced: omitted fields are removed, except the subscriptions', async () => {
    const original = await hooktrail.webhooks.create(input(everything));
    const { name, endpoint, httpMethod, requestFormat } = original;
    const bare = { name: `${name} 2`, endpoint, httpMethod, requestFormat, status: 'inactive' };
    const { data, response } = await hooktrail.webhooks.update(original.id, bare).withResponse();
    expect([data, response.status]).toEqual([undefined, 204]);
    const { id, createdAt, createdBy, subscriptions } = original;
    expect(await hooktrail.webhooks.get(id)).toEqual({
      ...bare,
      id,
      createdAt,
      createdBy,
      subscriptions,
      updatedAt: expect.any(Date),
      updatedBy: createdBy,
    });
  });

  test('are patched: omitted fields stay, and null removes', async () => {
    const original = await hooktrail.webhooks.create(input(everything));
    const { id } = original;
    expect(await hooktrail.webhooks.patch(id, { status: 'inactive' })).toBeUndefined();
    const updated = { updatedAt: expect.any(Date), updatedBy: original.createdBy };
    const inactive = { ...original, ...updated, status: 'inactive' };
    expect(await hooktrail.webhooks.get(id)).toEqual(inactive);
    const none = { authentication: null, customHeaders: null, description: null };
    await hooktrail.webhooks.patch(id, none);
    const { authentication, customHeaders, description, ...rest } = inactive;
    expect([authentication, customHeaders, description]).not.toContain(undefined);
    expect(await hooktrail.webhooks.get(id)).toEqual(rest);
    expect(Object.keys(await hooktrail.webhooks.get(id))).not.toContain('authentication');
  });

  test('are deleted, once', async () => {
    const { id } = await hooktrail.webhooks.create(input());
    const { data, response } = await hooktrail.webhooks.delete(id).withResponse();
    expect([data, response.status]).toEqual([undefined, 204]);
    expect(await failure(hooktrail.webhooks.delete(id))).toBeInstanceOf(NotFoundError);
    expect(await failure(hooktrail.webhooks.get(id))).toBeInstanceOf(NotFoundError);
  });

  test('have a signing secret that can be reset', async () => {
    const { id } = await hooktrail.webhooks.create(input());
    const shown = await hooktrail.webhooks.getSigningSecret(id);
    expect(shown).toEqual({
      secret: expect.stringMatching(/^[\w+/]{43}=$/),
      algorithm: 'SHA256',
    });
    const { data: reset, response } = await hooktrail.webhooks
      .resetSigningSecret(id)
      .withResponse();
    expect(response.status).toBe(201);
    expect(reset.secret).not.toBe(shown.secret);
    expect(await hooktrail.webhooks.getSigningSecret(id)).toEqual(reset);
  });

  test('have a signing secret that stays valid for a grace period after a reset', async () => {
    const { id } = await hooktrail.webhooks.create(input());
    const { previousUntil } = await hooktrail.webhooks.resetSigningSecret(id, {
      graceSeconds: 3_600,
    });
    expect(Math.abs((previousUntil?.getTime() ?? 0) - Date.now() - 3_600_000)).toBeLessThan(60_000);
  });

  test('have delivery rules, which are shown as they were set', async () => {
    const { id } = await hooktrail.webhooks.create(input());
    const rules = {
      timeLimitSeconds: 30,
      scheduleSeconds: [10, 60],
      concurrency: 4,
      rateLimit: { requests: 100, seconds: 1 },
      breaker: {
        windowSeconds: 60,
        minRequests: 10,
        errorRate: 0.25,
        maxErrors: 100,
        openSeconds: 10,
        maxOpenSeconds: 300,
      },
      standardWebhooks: true,
      propagateTrace: 'link' as const,
      signatures: ['v1', 'v1a'],
      cloudevents: { mode: 'structured', source: '/shop', handshake: true },
    };
    const updated = await hooktrail.webhooks.updateDelivery(id, rules);
    expect(updated.delivery).toEqual(rules);
    expect(updated.effective).toEqual({
      ...rules,
      profile: 'durable',
      jitter: 0.2,
      retried: [{ failure: 'any', onlyWithRetryAfter: false }],
      retryAfter: { maxSeconds: 3_600, longer: 'cut' },
      gone: 'deactivates',
      whileOpen: 'wait',
    });
    expect(await hooktrail.webhooks.getDelivery(id)).toEqual(updated);
    const without = await hooktrail.webhooks.updateDelivery(id, { rateLimit: null, breaker: null });
    expect(without.delivery).toEqual({ rateLimit: null, breaker: null });
    const refused = await failure(hooktrail.webhooks.updateDelivery(id, { concurrency: 0 }));
    expect(refused).toBeInstanceOf(UnprocessableEntityError);
    expect(refused.message).toContain('delivery.concurrency');
  });

  test('are paused and resumed', async () => {
    const { id } = await hooktrail.webhooks.create(input());
    const paused = await hooktrail.webhooks.pause(id);
    expect(paused).toEqual({ paused: true, pausedAt: expect.any(Date), pausedBy: ulid });
    expect(await hooktrail.webhooks.pause(id)).toEqual(paused);
    expect(await hooktrail.webhooks.resume(id)).toEqual({ paused: false });
  });
});

describe('the account', () => {
  test('is shown and changed', async () => {
    const before = await hooktrail.account.get();
    expect(before).toEqual({ id: 1, name: expect.any(String), profile: 'durable' });
    const changed = { ...before, name: 'Changed', profile: 'zendesk' };
    expect(await hooktrail.account.update({ name: 'Changed', profile: 'zendesk' })).toEqual(
      changed,
    );
    expect(await hooktrail.account.get()).toEqual(changed);
    const { id, ...rest } = before;
    expect(await hooktrail.account.update(rest)).toEqual({ id, ...rest });
  });
});

describe('a list of webhooks', () => {
  const mark = 'Listed & found';
  const made: string[] = [];
  const filterNameContains = mark.toUpperCase();

  beforeAll(async () => {
    for (const [letter, status] of [
      ['c', 'active'],
      ['a', 'inactive'],
      ['d', 'active'],
      ['b', 'inactive'],
      ['e', 'active'],
    ] as const) {
      const webhook = await hooktrail.webhooks.create(input({ name: `${mark} ${letter}`, status }));
      made.push(webhook.id);
    }
  });

  const letters = (rows: readonly { name: string }[]) =>
    rows.map(({ name }) => name.at(-1)).join('');

  test.each([
    [{}, 'ebdac'],
    [{ sort: 'name' }, 'abcde'],
    [{ sort: '-name' }, 'edcba'],
    [{ sort: 'status' }, 'cdeab'],
    [{ sort: '-status' }, 'baedc'],
    [{ filterStatus: 'active' }, 'edc'],
    [{ filterStatus: 'inactive', sort: 'name' }, 'ab'],
    [{ filterNameContains: `${mark} d` }, 'd'],
    [{ filterNameContains: 'no such name' }, ''],
  ])('with %j', async (query, expected) => {
    for (const pageSize of [undefined, 1, 2, 100]) {
      const list = hooktrail.webhooks.list({ filterNameContains, ...query, pageSize });
      expect(letters(await list.all())).toBe(expected);
    }
  });

  test('page by page, forward and back', async () => {
    const first = await hooktrail.webhooks.list({ filterNameContains, sort: 'name', pageSize: 2 });
    expect(await pageThrough(first, letters)).toEqual(['ab', 'cd', 'e', 'e', 'cd', 'ab']);
  });

  test('returns the same webhooks as get', async () => {
    const [newest] = await hooktrail.webhooks.list({ filterNameContains }).all({ limit: 1 });
    expect(newest).toEqual(await hooktrail.webhooks.get(made.at(-1) as string));
  });
});

/** Reads every page, first with next, then with prev. */
async function pageThrough<T>(
  first: Page<T>,
  show: (rows: readonly T[]) => string,
): Promise<string[]> {
  const seen: string[] = [];
  let last = first;
  for (let page: Page<T> | null = first; page; page = await page.next()) {
    seen.push(show(page.items));
    last = page;
  }
  for (let page: Page<T> | null = last; page; page = await page.prev()) seen.push(show(page.items));
  return seen;
}

describe('a list of invocations', () => {
  const STATUSES = [
    'unknown',
    'accepted',
    'success',
    'failed',
    'timeout',
    'circuit broken',
    'throttled',
    'client error',
    'server error',
  ] as const;
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  const atMs = (index: number) => startMs + index * 1000;
  let webhookId: string;
  let rows: readonly WebhookInvocation[];

  /** Inserts a row of each status, a second apart, oldest first. */
  beforeAll(async () => {
    webhookId = (await hooktrail.webhooks.create(input({ status: 'inactive' }))).id;
    for (const [index, status] of STATUSES.entries()) {
      await sql(
        database.url,
        `insert into invocation (
  lane, id, webhook_id, event_id, event_type, status, status_code, attempts_count, latest_at
) values ($1, $2, $3, $2, 'a.b.c', $4, $5, $6, $7)`,
        [
          laneOf(webhookId),
          uuidFromId(newId(Date.now())),
          uuidFromId(webhookId),
          status,
          status === 'server error' ? 503 : null,
          status === 'accepted' ? 0 : 1,
          new Date(atMs(index)),
        ],
      );
    }
    rows = await hooktrail.webhookInvocations.list(webhookId).all();
  });

  const statuses = (found: readonly WebhookInvocation[]) => found.map(({ status }) => status);
  const from = (index: number) => new Date(atMs(index));

  test('has every status, newest first, and only the keys that have a value', () => {
    // `accepted` has no attempt yet, so its creation time is its sort time.
    expect(statuses(rows)).toEqual([...STATUSES].reverse());
    expect(rows[0]).toEqual({
      id: ulid,
      webhookId,
      eventType: 'a.b.c',
      status: 'server error',
      statusCode: 503,
      attemptsCount: 1,
      createdAt: expect.any(Date),
      latestCompletedAt: from(8),
    });
    expect(Object.keys(rows.find(({ status }) => status === 'accepted') ?? {})).toEqual([
      'id',
      'webhookId',
      'eventType',
      'status',
      'attemptsCount',
      'createdAt',
    ]);
  });

  test.each(STATUSES)('of %s alone', async (filterStatus) => {
    const found = await hooktrail.webhookInvocations.list(webhookId, { filterStatus }).all();
    expect(statuses(found)).toEqual([filterStatus]);
  });

  test('in either order', async () => {
    for (const [sort, expected] of [
      ['latest_completed_at', ids(rows).reverse()],
      ['-latest_completed_at', ids(rows)],
    ] as const) {
      const list = hooktrail.webhookInvocations.list(webhookId, { sort, pageSize: 4 });
      expect(ids(await list.all())).toEqual(expected);
    }
  });

  test.each([
    ['from', { filterFromTs: from(6) }, [8, 7, 6]],
    ['to', { filterToTs: from(2) }, [2, 1, 0]],
    ['from and to', { filterFromTs: from(3), filterToTs: from(5) }, [5, 4, 3]],
    ['a text', { filterFromTs: from(8).toISOString() }, [8]],
    ['after all', { filterFromTs: new Date(atMs(8) + 1) }, []],
    ['all filters', { filterFromTs: from(1), filterStatus: 'failed', pageSize: 1 }, [3]],
  ])('within times: %s', async (_, query, indexes) => {
    const found = await hooktrail.webhookInvocations.list(webhookId, query).all();
    expect(statuses(found)).toEqual(indexes.map((index) => STATUSES[index]));
  });

  test.each([1, 2, 4, 9, 10, 100])('in pages of %i, forward and back', async (pageSize) => {
    const first = await hooktrail.webhookInvocations.list(webhookId, { pageSize });
    const seen = await pageThrough(first, (items) => `${ids(items).join()}`);
    const pages = Array.from({ length: Math.ceil(9 / pageSize) }, (_, page) =>
      ids(rows)
        .slice(page * pageSize, (page + 1) * pageSize)
        .join(),
    );
    expect(seen).toEqual([...pages, ...[...pages].reverse()]);
    expect([first.hasNext(), first.hasPrev()]).toEqual([pages.length > 1, false]);
  });

  test('through await, for await, pages, all and uniqueById', async () => {
    const list = hooktrail.webhookInvocations.list(webhookId, { pageSize: 4 });
    expect((await list).items).toEqual(rows.slice(0, 4));
    const items: WebhookInvocation[] = [];
    for await (const item of list) items.push(item);
    expect(items).toEqual(rows);
    const sizes: number[] = [];
    for await (const page of list.pages()) sizes.push(page.items.length);
    expect(sizes).toEqual([4, 4, 1]);
    expect(await list.all({ limit: 5 })).toEqual(rows.slice(0, 5));
    const unique: WebhookInvocation[] = [];
    for await (const item of list.uniqueById()) unique.push(item);
    expect(unique).toEqual(rows);
  });

  test('from a stored cursor, in either direction', async () => {
    const first = await hooktrail.webhookInvocations.list(webhookId, { pageSize: 4 });
    const pageAfter = first.afterCursor;
    const second = await hooktrail.webhookInvocations.list(webhookId, { pageSize: 4, pageAfter });
    expect(second.items).toEqual(rows.slice(4, 8));
    expect([second.hasNext(), second.hasPrev()]).toEqual([true, true]);
    const pageBefore = second.beforeCursor;
    const back = await hooktrail.webhookInvocations.list(webhookId, { pageSize: 3, pageBefore });
    expect(back.items).toEqual(rows.slice(1, 4));
    expect(ids((await back.next())?.items ?? [])).toEqual(ids(rows.slice(4, 7)));
    expect(ids((await back.prev())?.items ?? [])).toEqual(ids(rows.slice(0, 1)));
    // The server refuses both cursors together, so an answer shows that the SDK sent only one.
    const both = { pageSize: 4, pageAfter, pageBefore };
    expect((await hooktrail.webhookInvocations.list(webhookId, both)).items).toEqual(second.items);
  });

  test('of a webhook without invocations', async () => {
    const { id } = await hooktrail.webhooks.create(input());
    const page = await hooktrail.webhookInvocations.list(id);
    expect([page.items, page.hasNext(), page.hasPrev()]).toEqual([[], false, false]);
    expect(await page.next()).toBeNull();
  });
});

describe('an invocation', () => {
  test('explains itself, is replayed, and counts towards the health of its webhook', async () => {
    const webhook = await hooktrail.webhooks.create(input());
    receiver.behave(answering(500));
    const published = await hooktrail.events.publish({ type: webhook.subscriptions[0] as string });
    const invocationId = published.invocations[0]?.id as string;
    await attempted(webhook.id, invocationId, 1);
    const listed = await hooktrail.invocations.list(`webhook:${webhook.id}`);
    expect(listed.items.map(({ id }) => id)).toContain(invocationId);
    expect((await hooktrail.invocations.get(invocationId)).webhookId).toBe(webhook.id);
    const shown = await hooktrail.invocations.getOfWebhook(webhook.id, invocationId);
    expect(shown).toMatchObject({
      id: invocationId,
      status: 'server error',
      eventId: published.event.id,
      reasonCode: 'retry',
      durationMs: expect.any(Number),
      trigger: 'schedule',
      explanation: expect.stringMatching(/^Attempt 1 ended as server error with 500\. The next/),
      timeline: [
        { at: shown.createdAt, what: 'accepted' },
        { at: expect.any(Date), what: 'attempted', attemptId: ulid },
        { at: expect.any(Date), what: 'recorded', message: expect.stringMatching(/^retry 1 of 9/) },
      ],
    });
    receiver.behave(answering(200));
    const replayed = await hooktrail.invocations.replay(webhook.id, invocationId);
    expect(replayed).toMatchObject({ id: invocationId, createdAt: shown.createdAt });
    await attempted(webhook.id, invocationId, 2);
    const [latest] = await hooktrail.webhookInvocations.listAttempts(webhook.id, invocationId);
    expect(latest).toMatchObject({ trigger: 'manual', status: 'success' });
    expect(await hooktrail.webhooks.health(webhook.id)).toEqual({
      status: 'active',
      breaker: { state: 'closed' },
      window: { seconds: 300, requests: 2, errors: 1, errorRate: 0.5 },
    });
    await hooktrail.webhooks.pause(webhook.id);
    const refused = await failure(hooktrail.invocations.replay(webhook.id, invocationId));
    expect(refused).toMatchObject({ statusCode: 409 });
    expect(refused.message).toContain('paused');
  });
});

describe('a delivery', () => {
  test('is traceable from the event to each attempt', async () => {
    const webhook = await hooktrail.webhooks.create(input());
    const type = webhook.subscriptions[0] as string;
    const { secret } = await hooktrail.webhooks.getSigningSecret(webhook.id);
    receiver.behave((_request, response) =>
      response.writeHead(503, { 'content-type': 'text/plain', 'x-twice': ['1', '2'] }).end('later'),
    );
    const time = new Date('2024-02-29T12:00:00.500Z');
    const published = await hooktrail.events.publish({
      type,
      id: 'followed',
      subject: 'shop:order:1',
      time,
      detail: { some_key: 1, otherKey: null },
      event: { a_b: [] },
    });
    expect(published).toEqual({
      event: { id: 'followed' },
      invocations: [{ id: ulid, webhookId: webhook.id }],
      skipped: [],
    });
    const invocationId = published.invocations[0]?.id as string;
    expect(await attempted(webhook.id, invocationId, 1)).toEqual({
      id: invocationId,
      webhookId: webhook.id,
      eventType: type,
      status: 'server error',
      statusCode: 503,
      attemptsCount: 1,
      createdAt: expect.any(Date),
      latestCompletedAt: expect.any(Date),
      nextAttemptAt: expect.any(Date),
    });
    receiver.behave(answering(204));
    await makeDue(database.url);
    const done = await attempted(webhook.id, invocationId, 2);
    expect([done.status, done.nextAttemptAt]).toEqual(['success', undefined]);

    const attempts = await hooktrail.webhookInvocations.listAttempts(webhook.id, invocationId);
    const [second, first] = attempts;
    expect(attempts).toHaveLength(2);
    const [sent, again] = receiver.requestsOf(invocationId);
    expect(first).toMatchObject({
      id: ulid,
      invocationId,
      status: 'server error',
      statusCode: 503,
      createdAt: expect.any(Date),
      completedAt: expect.any(Date),
      durationMs: expect.any(Number),
      request: { payload: sent?.body },
      response: { payload: 'later', payloadLength: 5 },
    });
    expect(first?.response?.headers).toContainEqual({ key: 'x-twice', value: '2' });
    expect(second).toMatchObject({ status: 'success', statusCode: 204, response: { payload: '' } });
    expect(second?.createdAt?.getTime()).toBeGreaterThan(first?.createdAt?.getTime() as number);

    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      id: 'followed',
      type,
      time: time.toISOString(),
      detail: { some_key: 1, otherKey: null },
      event: { a_b: [] },
    });
    for (const request of [sent, again]) {
      await verifySignature({ secret, body: request?.body ?? '', headers: request?.headers ?? {} });
    }
  });

  test('to a closed port says why it failed', async () => {
    const gone = await startReceiver();
    await gone.close();
    const webhook = await hooktrail.webhooks.create(input({ endpoint: gone.url }));
    const type = webhook.subscriptions[0] as string;
    const { invocations } = await hooktrail.events.publish({ type });
    const { id } = invocations[0] as { id: string };
    const invocation = await attempted(webhook.id, id, 1);
    expect([invocation.status, invocation.statusCode]).toEqual(['failed', undefined]);
    expect(await hooktrail.invocations.getOfWebhook(webhook.id, id)).toMatchObject({
      reasonCode: 'retry',
      errorClass: 'connection refused',
      trigger: 'schedule',
    });
    const [attempt] = await hooktrail.webhookInvocations.listAttempts(webhook.id, id);
    expect(attempt?.errorMessage).toContain('refused');
    expect(attempt).not.toHaveProperty('error_class');
    const [known] = await hooktrail.invocations.listAttempts(webhook.id, id);
    expect(known).toEqual({
      ...attempt,
      errorClass: 'connection refused',
      trigger: 'schedule',
      reason: expect.stringMatching(/^retry 1 of 9/),
      phases: { connectMs: expect.any(Number) },
    });
    expect([attempt?.response, attempt?.statusCode]).toEqual([undefined, undefined]);
    await hooktrail.webhooks.delete(webhook.id);
  });

  test('has no attempts before the first one, and an unknown id is not found', async () => {
    const { id: webhookId } = await hooktrail.webhooks.create(input({ status: 'inactive' }));
    const list = (invocationId: string) =>
      hooktrail.webhookInvocations.listAttempts(webhookId, invocationId);
    expect(await failure(list(NOBODY))).toBeInstanceOf(NotFoundError);
    const [row] = await sql<{ id: string }>(
      database.url,
      `insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at)
      values ($1, $2, $3, $2, 'a.b.c', now()) returning id`,
      [laneOf(webhookId), uuidFromId(newId(Date.now())), uuidFromId(webhookId)],
    );
    expect(await list(idFromUuid(row?.id as string))).toEqual([]);
  });

  test('of a history of several pages are all there, from both APIs', async () => {
    const { id: webhookId } = await hooktrail.webhooks.create(input({ status: 'inactive' }));
    const invocationId = newId(Date.now());
    const [lane, id] = [laneOf(webhookId), uuidFromId(invocationId)];
    await sql(
      database.url,
      `with one as (
        insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at, attempts_count)
        values ($1, $2, $3, $2, 'a.b.c', now(), 250)
      )
      insert into attempt (lane, invocation_id, number, id, status, duration_ms, request_headers)
      select $1, $2, n, gen_random_uuid(), 'failed', 1, '[]' from generate_series(1, 250) n`,
      [lane, id, uuidFromId(webhookId)],
    );
    const { invocations, webhookInvocations } = hooktrail;
    for (const { attempts, listAttempts } of [
      webhookInvocations,
      { attempts: invocations.attemptsOfWebhook, listAttempts: invocations.listAttempts },
    ]) {
      const all = await listAttempts(webhookId, invocationId);
      expect(new Set(all.map((attempt) => attempt.id)).size).toBe(250);
      const first = await attempts(webhookId, invocationId);
      expect([first.items.length, first.hasNext()]).toEqual([100, true]);
      expect((await first.next())?.items).toEqual(all.slice(100, 200));
    }
  });
});

describe('a test', () => {
  const target = () =>
    ({ endpoint: `${receiver.url}/test`, httpMethod: 'POST', requestFormat: 'json' }) as const;

  test('of a request shows the response of the endpoint', async () => {
    receiver.behave((_request, response) => response.writeHead(418, { 'x-a': 'b' }).end('no tea'));
    const payload = { ticket_id: 1, createdAt: 'x' };
    const result = await hooktrail.webhooks.test({ ...target(), payload });
    expect(result).toMatchObject({
      status: 'client error',
      statusCode: 418,
      message: expect.stringContaining('418'),
      response: { statusCode: 418, payload: 'no tea' },
    });
    expect(result.response?.headers).toContainEqual({ key: 'x-a', value: 'b' });
    const seen = receiver.requests.at(-1);
    expect(seen?.body).toBe(JSON.stringify(payload));
    await verifySignature({
      secret: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==',
      body: seen?.body ?? '',
      headers: seen?.headers ?? {},
    });
  });

  test('of a stored webhook uses its fields except those that the call overrides', async () => {
    receiver.behave(answering(200));
    const webhook = await hooktrail.webhooks.create(
      input({ customHeaders: { 'x-stored': 'stored', 'x-other': 'other' } }),
    );
    const { secret } = await hooktrail.webhooks.getSigningSecret(webhook.id);
    const result = await hooktrail.webhooks.test(
      { customHeaders: { 'x-stored': 'said' } },
      { webhookId: webhook.id },
    );
    expect(result).toMatchObject({ status: 'success', statusCode: 200 });
    const seen = receiver.requests.at(-1);
    expect(seen?.path).toBe(new URL(webhook.endpoint).pathname);
    expect(seen?.headers['x-stored']).toBe('said');
    await verifySignature({ secret, body: seen?.body ?? '', headers: seen?.headers ?? {} });
    expect(await failure(hooktrail.webhooks.test({}, { webhookId: NOBODY }))).toBeInstanceOf(
      NotFoundError,
    );
  });

  test('to a closed port returns a result', async () => {
    const gone = await startReceiver();
    await gone.close();
    const result = await hooktrail.webhooks.test({ ...target(), endpoint: gone.url });
    const message = expect.stringContaining('refused');
    expect(result).toEqual({
      status: 'failed',
      message,
      response: { headers: [], payload: message },
    });
  });
});

describe('publishing', () => {
  test('lists skipped webhooks, and repeats the answer for the same key', async () => {
    const webhook = await hooktrail.webhooks.create(input({ status: 'inactive' }));
    const event = { type: webhook.subscriptions[0] as string, detail: { n: 1 } };
    const options = { idempotencyKey: 'sdk-contract' };
    const first = await hooktrail.events.publish(event, options);
    expect(first).toMatchObject({
      event: { id: expect.any(String) },
      invocations: [],
      skipped: [{ webhookId: webhook.id, reason: expect.any(String) }],
    });
    expect(await hooktrail.events.publish(event, options)).toEqual(first);
    const other = hooktrail.events.publish({ ...event, detail: { n: 2 } }, options);
    expect(await failure(other)).toBeInstanceOf(ConflictError);
  });

  test('of a batch has a result for each event', async () => {
    receiver.behave(answering(200));
    const webhook = await hooktrail.webhooks.create(input());
    const type = webhook.subscriptions[0] as string;
    const results = await hooktrail.events.publishBatch([
      { type, id: 'batch-1' },
      { type: 'not a type' },
      { type: 'nobody.listens.here' },
    ]);
    expect(results).toEqual([
      {
        event: { id: 'batch-1' },
        invocations: [{ id: ulid, webhookId: webhook.id }],
        skipped: [],
      },
      {
        status: 422,
        error: { code: 'InvalidBody', title: expect.any(String), message: expect.any(String) },
        errors: [expect.objectContaining({ code: expect.any(String) })],
      },
      { event: { id: ulid }, invocations: [], skipped: [] },
    ]);
    await attempted(webhook.id, results[0]?.invocations?.[0]?.id as string, 1);
    expect(await failure(hooktrail.events.publishBatch([]))).toBeInstanceOf(
      UnprocessableEntityError,
    );
  });

  test('invokes one webhook directly', async () => {
    receiver.behave(answering(200));
    const subscriptions = ['conditional_ticket_events'];
    const webhook = await hooktrail.webhooks.create(input({ subscriptions }));
    const payload = { ticket_id: 1, someKey: [null] };
    const { invocation } = await hooktrail.webhooks.invoke(webhook.id, payload);
    expect(invocation).toEqual({ id: ulid, webhookId: webhook.id });
    await attempted(webhook.id, invocation.id, 1);
    expect(receiver.requestsOf(invocation.id)[0]?.body).toBe(JSON.stringify(payload));

    const form = await hooktrail.webhooks.create(
      input({ subscriptions, httpMethod: 'GET', requestFormat: 'form_encoded' }),
    );
    const pairs = [['a_b', 'c d']];
    const direct = await hooktrail.webhooks.invoke(form.id, pairs);
    await attempted(form.id, direct.invocation.id, 1);
    expect(receiver.requestsOf(direct.invocation.id)[0]?.path).toMatch(/\?a_b=c(\+|%20)d$/);

    await hooktrail.webhooks.patch(webhook.id, { status: 'inactive' });
    expect(await failure(hooktrail.webhooks.invoke(webhook.id, {}))).toBeInstanceOf(ConflictError);
    const events = await hooktrail.webhooks.create(input());
    expect(await failure(hooktrail.webhooks.invoke(events.id, {}))).toBeInstanceOf(
      UnprocessableEntityError,
    );
  });
});

describe('a refusal', () => {
  test.each([
    ['page[size]', { pageSize: 500 }],
    ['page[size]', { pageSize: 0.5 }],
    ['page[after]', { pageAfter: 'no-cursor' }],
    ['page[before]', { pageBefore: 'no-cursor' }],
    ['filter[status]', { filterStatus: 'terminate' }],
    ['filter[from_ts]', { filterFromTs: 'yesterday' }],
    ['filter[from_ts]', { filterFromTs: new Date(2), filterToTs: new Date(1) }],
    ['sort', { sort: 'id' }],
  ])('of %s with %j', async (field, query) => {
    const { id } = await hooktrail.webhooks.create(input());
    const error = await failure(hooktrail.webhookInvocations.list(id, query));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error.message).toContain(field);
    expect(error.data).toMatchObject({
      error: { code: expect.stringMatching(/^Invalid(Parameter|Cursor)$/) },
      errors: [{ field }],
    });
  });

  test('of a cursor from another list', async () => {
    const { id } = await hooktrail.webhooks.create(input());
    const { afterCursor: pageAfter } = await hooktrail.webhooks.list({ pageSize: 1 });
    expect(pageAfter).toEqual(expect.any(String));
    const error = await failure(hooktrail.webhookInvocations.list(id, { pageAfter }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error.data).toMatchObject({ error: { code: 'InvalidCursor' } });
  });

  test('of an unknown id', async () => {
    for (const error of await failures([
      hooktrail.webhookInvocations.list(NOBODY),
      hooktrail.webhookInvocations.listAttempts(NOBODY, NOBODY),
      hooktrail.webhooks.get(NOBODY),
      hooktrail.webhooks.get('not/an id'),
      hooktrail.webhooks.update(NOBODY, input()),
      hooktrail.webhooks.patch(NOBODY, { name: 'x' }),
      hooktrail.webhooks.delete(NOBODY),
      hooktrail.webhooks.getSigningSecret(NOBODY),
      hooktrail.webhooks.resetSigningSecret(NOBODY),
      hooktrail.webhooks.invoke(NOBODY, {}),
      hooktrail.request({ path: '/api/v2/nothing' }),
    ])) {
      expect(error).toBeInstanceOf(NotFoundError);
    }
  });

  test('of a body that is too large, of another type, malformed or invalid', async () => {
    const large = input({ description: 'x'.repeat(2 * 1024 * 1024) });
    expect(await failure(hooktrail.webhooks.create(large))).toBeInstanceOf(PayloadTooLargeError);

    const headers = { 'content-type': 'text/plain' };
    const typed = await failure(hooktrail.webhooks.create(input(), { headers }));
    expect([typed.constructor, typed.statusCode]).toEqual([APIError, 415]);

    const post = { method: 'POST', path: '/api/v2/webhooks' };
    expect(await failure(hooktrail.request({ ...post, body: [] }))).toMatchObject({
      statusCode: 400,
    });
    expect(await failure(hooktrail.request(post))).toBeInstanceOf(BadRequestError);

    const invalid = input({ endpoint: 'ftp://example.com', httpMethod: 'GET' });
    const error = await failure(hooktrail.webhooks.create(invalid));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error.data).toMatchObject({
      error: { code: 'InvalidBody' },
      errors: [{ field: 'webhook.endpoint' }, { field: 'webhook.http_method' }],
    });
  });
});

describe('a database that goes away and comes back', () => {
  test('is retried, when reading and when publishing', async () => {
    const gate = await startDatabaseGate(database.url);
    const other = await startTestNode(gate.url);
    try {
      const webhook = await hooktrail.webhooks.create(input({ status: 'inactive' }));
      const causes: Error[] = [];
      const sdk = new Hooktrail({
        baseUrl: other.url,
        auth: { accessToken: TOKEN },
        retries: { backoff: { initialInterval: 1, maxInterval: 1 } },
        onRetry: ({ cause }) => {
          causes.push(cause);
          gate.open();
        },
      });
      await eventually('the webhook to be known', () =>
        sdk.webhooks.get(webhook.id, { retries: { strategy: 'none' } }).catch(() => undefined),
      );
      const calls = [
        async () => expect(await sdk.webhookInvocations.list(webhook.id).all()).toEqual([]),
        async () =>
          expect((await sdk.events.publish({ type: 'a.b.c', id: 'away' })).event.id).toBe('away'),
        async () => expect((await sdk.webhooks.create(input())).id).toEqual(ulid),
      ];
      for (const [index, call] of calls.entries()) {
        gate.shut();
        const done = call();
        // Cut repeatedly: a connection opened in between would wait for the gate to open.
        await eventually('the refusal', () => {
          if (causes.length === index) gate.cut();
          return causes.length > index;
        });
        await done;
        expect(causes[index]).toBeInstanceOf(ServiceUnavailableError);
        expect((causes[index] as ServiceUnavailableError).retryAfterMs).toBeGreaterThan(0);
      }
    } finally {
      gate.open();
      await other.stop();
      await gate.close();
    }
  });
});
