import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { parseQuery } from '@hooktrail/sdk/query';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { StatementRun } from '../../database/statement-run.ts';
import type { Account } from '../../model/account.ts';
import { compileQuery } from '../../query/compile-query.ts';
import { searchByKeys } from '../../search/keys/search-by-keys.ts';
import { readTextTerms } from '../../search/text/read-text-terms.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { type Answer, startTestNode, type TestNode } from '../../testing/test-node.ts';
import { nextId } from '../../trail/next-id.ts';
import type { Position } from '../../trail/page.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';

/** Searches by the values of keys: alone, with words, and with other terms. */

let test: TestDatabase;
let node: TestNode;
let receiver: Receiver;
const events: string[] = [];
let webhooks: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  receiver = await startReceiver({
    // Webhook one refuses every second order, in words.
    behaviour: ({ body, path }, response) => {
      const bad = path === '/one' && /"id":"order-\d*[13579]"/.test(body);
      response.writeHead(bad ? 422 : 200, { 'X-Shop': 'harbour' });
      response.end(bad ? 'no room in the warehouse' : 'thanks');
    },
  });
  node = await startTestNode(test.url);
  const keys = ['/subject', '/detail/id', 'header.x-tenant'];
  expect((await node.call('PUT', '/v1/account/keys', { keys })).status).toBe(200);
  webhooks = [];
  for (const name of ['one', 'two']) webhooks.push(await webhook(name));
  for (let order = 0; order < 12; order++) {
    const { body, status } = await node.call(
      'POST',
      '/v1/events',
      {
        type: order < 6 ? 'order.paid' : 'order.sent',
        subject: `acme:${order % 3}`,
        detail: { id: `order-${order}`, note: order % 2 === 0 ? 'fragile glass' : 'plain wood' },
      },
      { 'x-tenant': `tenant ${order % 4}` },
    );
    expect(status, JSON.stringify(body)).toBe(202);
    events.push(body.event.id);
  }
  await eventually('all deliveries', async () => {
    const { body } = await node.call('GET', '/v1/invocations?attempts=>0');
    return body.invocations.length === 24;
  });
});
afterAll(async () => {
  await node.stop();
  await receiver.close();
  await test.drop();
});

async function webhook(name: string, headers: object = {}): Promise<string> {
  const { body, status } = await node.call(
    'POST',
    '/api/v2/webhooks',
    {
      webhook: {
        name,
        subscriptions: ['order.*'],
        endpoint: `${receiver.url}/${name}`,
        http_method: 'POST',
        request_format: 'json',
        status: 'active',
      },
    },
    headers,
  );
  expect(status, JSON.stringify(body)).toBe(201);
  return body.webhook.id;
}

const ask = (parameters: Record<string, string>, headers: object = {}): Promise<Answer> =>
  node.call('GET', `/v1/search?${new URLSearchParams(parameters)}`, undefined, headers);

/** What each result is: `event 3`, or `one 3` for the invocation of that event at webhook one. */
function named(results: Answer['body']['results']): string[] {
  return results.map(
    (one: {
      event?: { id: string };
      invocation?: { event_id: string; webhook: { name: string } };
    }) =>
      one.event === undefined
        ? `${one.invocation?.webhook.name} ${events.indexOf(one.invocation?.event_id ?? '')}`
        : `event ${events.indexOf(one.event.id)}`,
  );
}

/** Follows the links to the end. */
async function all(q: string, size = 100, headers: object = {}): Promise<string[]> {
  const found: string[] = [];
  let answer = await ask({ q, 'page[size]': String(size) }, headers);
  for (;;) {
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    found.push(...named(answer.body.results));
    if (answer.body.links.next === undefined) return found;
    const { pathname, search } = new URL(answer.body.links.next);
    answer = await node.call('GET', pathname + search, undefined, headers);
  }
}

describe('the values of keys', () => {
  it.each([
    ['/detail/id:order-7', ['event 7']],
    ['/subject:acme:1', ['event 10', 'event 7', 'event 4', 'event 1']],
    ['/subject:acme:1 "header.x-tenant":"tenant 3"', ['event 7']],
    ['/subject:acme:1 -/detail/id:order-4,order-10', ['event 7', 'event 1']],
    ['/subject:acme:1 type:order.sent', ['event 10', 'event 7']],
    ['/subject:acme:1 -type:order.sent', ['event 4', 'event 1']],
    ['/subject:acme:1 status:"client error"', ['event 7', 'event 1']],
    ['/subject:acme:1 webhook:two status:"client error"', []],
    ['/subject:acme:1 webhook:two', ['event 10', 'event 7', 'event 4', 'event 1']],
    ['/subject:acme:1 until:1h', []],
    ['/subject:acme:1 origin:elsewhere', []],
    ['/subject:acme', []],
  ])('alone find events: %s', async (q, expected) => {
    const query = q.replace(/\/subject:(acme\S*)/, '/subject:"$1"');
    expect(await all(query)).toEqual(expected);
    expect(await all(query, 1)).toEqual(expected);
  });

  it.each([
    ['/subject:"acme:1" glass', ['event 10', 'event 4']],
    ['/subject:"acme:1" -glass', ['event 7', 'event 1']],
    ['/subject:"acme:1" warehouse', ['one 7', 'one 1']],
    ['/subject:"acme:1" warehouse type:order.paid', ['one 1']],
    ['/subject:"acme:1" warehouse,wood', ['event 7', 'one 7', 'event 1', 'one 1']],
    ['/detail/id:order-7 harbour', ['two 7', 'one 7']],
    ['/detail/id:order-7 harbour -warehouse', ['two 7']],
    ['/detail/id:order-7 "no room" webhook:one', ['one 7']],
    ['/detail/id:order-7 "no room" webhook:two', []],
    ['/detail/id:order-7 wood,harbour', ['event 7', 'two 7', 'one 7']],
    ['/detail/id:order-7 wood,harbour status:success', ['event 7', 'two 7']],
    ['/detail/id:order-7 wood harbour', []],
    ['/detail/id:order-6 warehouse', []],
  ])('restrict what words are looked for in: %s', async (q, expected) => {
    expect(await all(q)).toEqual(expected);
    expect(await all(q, 1)).toEqual(expected);
  });
});

it('says what it covered and read, and shows what it found', async () => {
  const { body } = await ask({ q: '/detail/id:order-7 "no room"' });
  expect(body.results).toEqual([
    {
      id: body.results[0].invocation.id,
      found_at: body.results[0].invocation.created_at,
      invocation: expect.objectContaining({ webhook: { id: webhooks[0], name: 'one' } }),
      // A retry may have come meanwhile.
      matches: expect.arrayContaining([
        { in: 'response body', attempt: 1, text: 'no room in the warehouse' },
      ]),
    },
  ]);
  const { covered, filters, has_more: hasMore, read } = body.meta;
  expect([hasMore, filters]).toEqual([false, { blocks: 0, read: 0, empty: 0 }]);
  // One event, and the attempts of two invocations.
  expect(read.rows).toBeGreaterThanOrEqual(3);
  expect(read.rows).toBeLessThan(10);
  expect(read.bytes).toBeGreaterThan(100);
  // Before the keys were declared, events are not indexed.
  const { body: account } = await node.call('GET', '/v1/account/keys');
  const since = account.keys.find(({ key }: { key: string }) => key === '/detail/id').since;
  expect(covered.from).toBe([since, covered.to].sort()[0]);
  expect(Date.parse(covered.to)).toBeGreaterThanOrEqual(Date.parse(body.results[0].found_at));
});

it('goes on from a cursor of the same query only, with the span of its page', async () => {
  const q = '/subject:"acme:1"';
  const first = await ask({ q, 'page[size]': '2' });
  expect(named(first.body.results)).toEqual(['event 10', 'event 7']);
  expect(first.body.meta.covered.from).toBe(first.body.results[1].found_at);
  const after = first.body.meta.after_cursor;
  const next = await ask({ q, 'page[size]': '2', 'page[after]': after });
  expect(named(next.body.results)).toEqual(['event 4', 'event 1']);
  expect(next.body.meta.covered.to).toBe(first.body.results[1].found_at);
  const other = await ask({ q: '/subject:"acme:2"', 'page[after]': after });
  expect([other.status, other.body.error.code]).toEqual([400, 'InvalidCursor']);
});

it('reads an event once, and asks for no webhooks, where keys alone find events', async () => {
  const names = [
    'find-keyed-events',
    'read-keyed-events',
    'read-found-events',
    'read-deleted-webhook-names',
    'read-archive-webhooks',
  ];
  const asked: string[] = [];
  const submit = StatementRun.prototype.submit;
  const spy = vi.spyOn(StatementRun.prototype, 'submit').mockImplementation(function (
    this: StatementRun<unknown>,
    connection: pg.Connection,
  ) {
    asked.push(this.name);
    return submit.call(this, connection);
  });
  onTestFinished(() => spy.mockRestore());
  const ran = async (path: string, q: string) => {
    asked.length = 0;
    expect((await node.call('GET', `${path}?${new URLSearchParams({ q })}`)).status).toBe(200);
    return names.map((name) => asked.filter((one) => one === name).length);
  };
  expect(await ran('/v1/search', '/detail/id:order-7')).toEqual([1, 1, 0, 0, 0]);
  expect(await ran('/v1/events', '/detail/id:order-7')).toEqual([1, 1, 0, 0, 0]);
  expect(await ran('/v1/search', '/detail/id:order-7 wood')).toEqual([1, 1, 1, 1, 1]);
  expect(await ran('/v1/search', '/detail/id:order-7 -wood')).toEqual([1, 1, 1, 0, 0]);
});

it('finds nothing of another account', async () => {
  const { body: made } = await node.call('POST', '/v1/accounts', { account: { name: 'other' } });
  const { body } = await node.call('POST', `/v1/tokens?account_id=${made.account.id}`, {
    token: { name: 'first', role: 'admin' },
  });
  const theirs = { authorization: `Bearer ${body.token.secret}` };
  expect(await all('/detail/id:order-7', 100, theirs)).toEqual([]);
  expect(await all('/detail/id:order-7 harbour', 100, theirs)).toEqual([]);
  await webhook('two', theirs);
  await node.call('POST', '/v1/events', { type: 'order.paid', detail: { id: 'order-7' } }, theirs);
  expect(await all('/detail/id:order-7', 100, theirs)).toEqual(['event -1']);
  expect(await all('/detail/id:order-7')).toEqual(['event 7']);
});

describe('an answer at its bounds', () => {
  it.each([
    [0, 'time', { ms: -1, bytes: 2 ** 40 }],
    [0, 'bytes', { ms: 60_000, bytes: 0 }],
    [1_500, 'time', { ms: -1, bytes: 2 ** 40 }],
  ])('ends, and the next goes on, with %i more webhooks, by %s', async (more, _what, bounds) => {
    const database = openDatabase(test.url, { connections: 1, log: pino({ level: 'silent' }) });
    const listed = (id: string, name: string) =>
      ({ id, name, family: 'local', held: null }) as unknown as ListedWebhook;
    const [one, two] = webhooks as [string, string];
    const between = Array.from({ length: more }, (_, n) => listed(nextId(one, n + 1), `more ${n}`));
    const keys = parseQuery('/subject:"acme:1" wood,harbour status:success,"client error"');
    const found: string[] = [];
    let after: Position | undefined;
    let answers = 0;
    do {
      const page = await searchByKeys(
        { clock: { now: Date.now }, database, retentionDays: 7 },
        {
          account: { id: 1, keys: [{ name: '/subject', sinceMs: 0 }] } as unknown as Account,
          query: compileQuery(keys, Date.now(), 'search', ['json', 'text']),
          text: readTextTerms(keys),
          webhooks: [listed(one, 'one'), ...between, listed(two, 'two')],
          needsInvocation: true,
          limit: 100,
          after,
        },
        bounds,
      );
      found.push(
        ...page.found.map((result) =>
          'event' in result
            ? `event ${events.indexOf(result.event.id)}`
            : `${result.webhookId === one ? 'one' : 'two'}`,
        ),
      );
      after = page.after;
      answers++;
      // Each answer comes further than the one before.
      expect(answers).toBeLessThan(50);
    } while (after !== undefined);
    await database.close();
    expect(found).toEqual(
      [10, 7, 4, 1].flatMap((event) => [
        ...(event % 2 === 1 ? [`event ${event}`] : []),
        'two',
        'one',
      ]),
    );
    expect(answers).toBeGreaterThan(more > 0 ? 8 : 1);
  });
});

it.each([
  ['/detail/number:5 glass', 'the keys are /subject, /detail/id, header.x-tenant'],
  ['/detail/number:5', 'PUT /v1/account/keys'],
  ['header.x-other:5', 'PUT /v1/account/keys'],
  ['-/detail/id:5 glass', 'needs another term about a key'],
  ['status:failed', 'or the value of a key'],
])('refuses %s, and says what can be done', async (q, message) => {
  const { body, status } = await ask({ q });
  expect(status).toBe(400);
  expect(body.error.message).toContain(message);
  expect(body.errors[0]).toMatchObject({ code: 'not_allowed', field: 'q' });
});
