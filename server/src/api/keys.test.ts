import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { uuidFromId } from '../model/ids.ts';
import { keyHash, keySeed } from '../model/key-hash.ts';
import { laneOfAccount } from '../model/lane-of-account.ts';
import { idsByHash, keyFolder, storeKeys } from '../testing/key-index.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type Answer, startTestNode, type TestNode } from '../testing/test-node.ts';

/** Events over HTTP, found by their keys in lists. */

let test: TestDatabase;
let node: TestNode;
let database: Database;
let webhooks: string[];

beforeAll(async () => {
  test = await createTestDatabase();
  node = await startTestNode(test.url);
  database = openDatabase(test.url, { connections: 2, log: pino({ level: 'silent' }) });
  const put = await node.call('PUT', '/v1/account/keys', {
    keys: ['/subject', '/detail/id', '/detail/tags/0', 'header.x-tenant'],
  });
  expect(put.status).toBe(200);
  webhooks = [];
  for (const name of ['one', 'two', 'three']) webhooks.push(await webhook(name, ['order.*']));
});
afterAll(async () => {
  await node.stop();
  await database.close();
  await test.drop();
});

/** A paused webhook: its invocations wait. */
async function webhook(name: string, subscriptions: string[]): Promise<string> {
  const { body } = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name,
      subscriptions,
      endpoint: 'http://127.0.0.1:9/',
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
    },
  });
  expect((await node.call('POST', `/v1/webhooks/${body.webhook.id}/pause`)).status).toBeLessThan(
    300,
  );
  return body.webhook.id;
}

async function publish(event: object, headers: object = {}): Promise<string[]> {
  const { body, status } = await node.call(
    'POST',
    '/v1/events',
    { type: 'order.paid', ...event },
    headers,
  );
  expect(status, JSON.stringify(body)).toBe(202);
  return body.invocations.map(({ id }: { id: string }) => id);
}

const ask = (parameters: Record<string, string>): Promise<Answer> =>
  node.call('GET', `/v1/invocations?${new URLSearchParams(parameters)}`);

/** Follows the links to the end; resolves to the rows. */
async function all(parameters: Record<string, string>) {
  const rows: { id: string; webhook: { id: string; name: string }; event_id: string }[] = [];
  let answer = await ask(parameters);
  for (;;) {
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    rows.push(...answer.body.invocations);
    if (answer.body.links.next === undefined) return rows;
    const { pathname, search } = new URL(answer.body.links.next);
    answer = await node.call('GET', pathname + search);
  }
}
const idsOf = async (q: string, more: Record<string, string> = {}) =>
  (await all({ q, ...more })).map(({ id }) => id);

/** Sorts what was published so far into the index. */
const sort = () => keyFolder(database).sort(laneOfAccount(1));

describe.each(['before', 'after'])('%s what was published is sorted', (when) => {
  const name = (text: string) => `${text}-${when}`;
  let published: string[][];
  beforeAll(async () => {
    published = [];
    for (let event = 0; event < 12; event++) {
      const detail = { id: name(`order-${event}`), tags: [event % 2 === 0] };
      const subject = name(`acme:${event % 3}`);
      published.push(
        await publish({ subject, detail }, { 'X-Tenant': name(`tenant ${event % 4}`) }),
      );
    }
    if (when === 'after') await sort();
  });

  const newestFirst = (...events: number[]) =>
    events
      .flatMap((event) => (published[event] as string[]).toReversed())
      .sort()
      .reverse();

  it('finds the invocations of an event by a value of its body', async () => {
    const rows = await all({ q: `/detail/id:${name('order-7')}` });
    expect(rows.map(({ webhook: { name: of } }) => of)).toEqual(['three', 'two', 'one']);
    expect(rows.map(({ id }) => id).sort()).toEqual([...(published[7] as string[])].sort());
    expect(await idsOf(`/detail/id:${name('order-70')}`)).toEqual([]);
    // Exact: not a part, not in another case, not at another pointer.
    expect(await idsOf(`/detail/id:${name('order-7').toUpperCase()}`)).toEqual([]);
    expect(await idsOf(`/subject:${name('order-7')}`)).toEqual([]);
  });

  it('finds them by a value that several events have, in order', async () => {
    const rows = await all({ q: `/subject:${name('acme:1')}`, 'page[size]': '2' });
    const events = [10, 7, 4, 1];
    expect(rows.map(({ id }) => id)).toHaveLength(12);
    events.forEach((event, place) => {
      const own = rows.slice(place * 3, place * 3 + 3);
      expect(own.map(({ id }) => id).sort()).toEqual([...(published[event] as string[])].sort());
      expect(own.map(({ webhook: { name: of } }) => of)).toEqual(['three', 'two', 'one']);
    });
    const upward = await all({
      q: `/subject:${name('acme:1')}`,
      'page[size]': '2',
      sort: 'created',
    });
    expect(upward).toEqual(rows.toReversed());
  });

  it('goes forward and back without a row twice or missing', async () => {
    const q = `/subject:${name('acme:0')}`;
    const first = await ask({ q, 'page[size]': '5' });
    const second = await node.call('GET', pathOf(first.body.links.next));
    const back = await node.call('GET', pathOf(second.body.links.prev));
    expect(back.body.invocations).toEqual(first.body.invocations);
    expect(first.body.meta.covered.from <= second.body.meta.covered.to).toBe(true);
    const rows = [...first.body.invocations, ...second.body.invocations];
    expect(new Set(rows.map(({ id }: { id: string }) => id)).size).toBe(10);
  });

  it('combines terms: with each other, with one of several values, without one, with other fields', async () => {
    const both = `/subject:${name('acme:1')} "header.x-tenant":"${name('tenant 2')}"`;
    expect((await idsOf(both)).sort().reverse()).toEqual(newestFirst(10));
    const several = `/detail/id:${name('order-2')},${name('order-3')},nothing`;
    expect((await idsOf(several)).sort().reverse()).toEqual(newestFirst(2, 3));
    const without = `/subject:${name('acme:1')} -/detail/tags/0:true`;
    expect((await idsOf(without)).sort().reverse()).toEqual(newestFirst(1, 7));
    const ofOne = await all({ q: `/subject:${name('acme:1')} webhook:two` });
    expect(ofOne.map(({ webhook: { name: of } }) => of)).toEqual(['two', 'two', 'two', 'two']);
    expect(await idsOf(`/subject:${name('acme:1')} status:success`)).toEqual([]);
    expect(await idsOf(`/subject:${name('acme:1')} reason:paused`)).toHaveLength(12);
    expect(await idsOf(`/subject:${name('acme:1')} since:1h`)).toHaveLength(12);
    expect(await idsOf(`/subject:${name('acme:1')} until:1h`)).toEqual([]);
    expect(await idsOf(`/detail/tags/0:true /subject:${name('acme:0')}`)).toHaveLength(6);
  });
});

describe('values', () => {
  it.each([
    ['a number by its digits', { detail: { id: 40123 } }, '/detail/id:40123'],
    ['text with spaces', { subject: 'Order 40123, "paid"' }, '/subject:"Order 40123, \\"paid\\""'],
    ['a subject that was made', { id: 'own-1' }, '/subject:hooktrail:event:own-1'],
    ['the empty text', { subject: '' }, '/subject:""'],
    ['any script', { subject: 'Zoë 🚀' }, '/subject:"Zoë 🚀"'],
    ['false', { detail: { tags: [false] } }, '/detail/tags/0:false since:1m'],
  ])('%s', async (_what, event, q) => {
    const ids = await publish(event);
    expect((await idsOf(q)).filter((id) => ids.includes(id)).sort()).toEqual(ids.sort());
  });

  it('are those of the text as it was posted', async () => {
    const text = '{"type":"order.paid","detail":{"id":12345678901234567890,"x":"/"}}';
    const { body } = await node.call('POST', '/v1/events', text);
    expect(await idsOf('/detail/id:12345678901234567890')).toHaveLength(body.invocations.length);
    expect(await idsOf('/detail/id:12345678901234567000')).toEqual([]);
  });

  it('are taken from each event of a batch, and headers from its request', async () => {
    const events = [1, 2, 3].map((id) => ({ type: 'order.paid', detail: { id: `batch-${id}` } }));
    const { status } = await node.call('POST', '/v1/events/batch', events, { 'x-tenant': 'batch' });
    expect(status).toBe(200);
    expect(await idsOf('/detail/id:batch-2')).toHaveLength(3);
    expect(await idsOf('header.X-Tenant:batch')).toHaveLength(9);
    expect(await idsOf('header.x-tenant:batch /detail/id:batch-3')).toHaveLength(3);
  });

  it('are taken once from an event that is published again', async () => {
    const event = { id: 'again', type: 'order.paid', detail: { id: 'again' } };
    for (let time = 0; time < 3; time++) await publish(event);
    expect(await idsOf('/detail/id:again')).toHaveLength(3);
    const rows = await database.run(
      {
        name: 'entries',
        text: `select count(*)::integer as n from key_batch b cross join lateral unnest(b.events) as e (id)
          where not exists (select from event where event.id = e.id)`,
        values: () => [],
      },
      undefined,
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('are taken from the payload of a direct invocation', async () => {
    const direct = await webhook('direct', ['conditional_ticket_events']);
    const { status } = await node.call('POST', `/v1/webhooks/${direct}/invocations`, {
      payload: { detail: { id: 'direct-1' } },
    });
    expect(status).toBe(202);
    const rows = await all({ q: '/detail/id:direct-1' });
    expect(rows.map(({ webhook: { id } }) => id)).toEqual([direct]);
  });
});

it('compares what has the hash of a value with the event itself', async () => {
  const [id] = (await publish({ detail: { id: 'real' } })) as [string];
  const [row] = await database.run(
    {
      name: 'event-of',
      text: 'select event_id from invocation where id = $1',
      values: () => [uuidFromId(id)],
    },
    undefined,
  );
  const { event_id: eventId } = row as unknown as { event_id: string };
  await sort();
  const hashOf = (key: string) => keyHash(keySeed(1, key), 'ghost');
  const hashes = [hashOf('/detail/id'), hashOf('header.x-tenant')];
  await storeKeys(database, [{ accountId: 1, eventId, hashes }]);
  expect(await idsByHash(database, hashes[0] as number)).toEqual([eventId]);
  expect(await idsOf('/detail/id:ghost')).toEqual([]);
  expect(await idsOf('header.x-tenant:ghost')).toEqual([]);
});

it('finds nothing of another account, by whatever its keys are', async () => {
  const { body: made } = await node.call('POST', '/v1/accounts', { account: { name: 'other' } });
  const { body } = await node.call('POST', `/v1/tokens?account_id=${made.account.id}`, {
    token: { name: 'first', role: 'admin' },
  });
  const authorization = `Bearer ${body.token.secret}`;
  const as = (method: string, path: string, sent?: unknown) =>
    node.call(method, path, sent, { authorization });
  const found = async () =>
    (await as('GET', `/v1/invocations?${new URLSearchParams({ q: '/detail/id:shared' })}`)).body
      .invocations.length;
  await publish({ detail: { id: 'shared' } });
  expect(await found()).toBe(0);
  await as('POST', '/api/v2/webhooks', {
    webhook: {
      name: 'theirs',
      subscriptions: ['*'],
      endpoint: 'http://127.0.0.1:9/',
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
    },
  });
  await as('POST', '/v1/events', { type: 'order.paid', detail: { id: 'shared' } });
  expect(await found()).toBe(1);
  expect(await idsOf('/detail/id:shared')).toHaveLength(3);
});

describe('a query', () => {
  it.each([
    ['/detail/number:5', 'the keys are /subject, /detail/id, /detail/tags/0, header.x-tenant'],
    ['header.x-other:5', 'PUT /v1/account/keys'],
    ['-/detail/id:5', 'needs another term about a key'],
    ['word', 'words'],
  ])('%s is refused', async (q, text) => {
    const { body, status } = await ask({ q });
    expect(status).toBe(400);
    expect(body.error.message).toContain(text);
    expect(body.errors[0]).toMatchObject({ code: 'not_allowed', field: 'q' });
  });

  it('by keys is not sorted by the latest attempt', async () => {
    const { body, status } = await ask({ q: '/detail/id:5', sort: '-latest' });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ code: 'conflict', field: 'sort' });
    expect(body.error.message).toContain('must be created or -created');
  });

  it('takes no cursor of the list without keys', async () => {
    const plain = await ask({ 'page[size]': '1' });
    const cursor = plain.body.meta.after_cursor;
    const { status } = await ask({ q: '/detail/id:1', 'page[after]': cursor });
    expect(status).toBe(400);
  });
});

const pathOf = (link: string) => new URL(link).pathname + new URL(link).search;
