import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isId } from '../../model/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { call, sql, startTestNode, type TestNode, TOKEN } from '../../testing/test-node.ts';

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;

async function createWebhook(name: string, fields: Record<string, unknown>): Promise<string> {
  const { status, body } = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name,
      endpoint: receiver.url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      ...fields,
    },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.webhook.id;
}

async function publish(event: unknown, headers: object = {}) {
  const { status, body } = await node.call('POST', '/v1/events', event, headers);
  expect(status, JSON.stringify(body)).toBe(202);
  return body;
}

async function get(path: string) {
  const { status, body } = await node.call('GET', path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

const show = async (id: string) => (await get(`/v1/events/${encodeURIComponent(id)}`)).event;

/** Waits until every invocation of an event has an attempt. */
const attempted = (id: string) =>
  eventually('the attempts', async () => {
    const event = await show(id);
    return event.invocations.every((one: { attempts_count: number }) => one.attempts_count > 0)
      ? event
      : undefined;
  });

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startReceiver();
});
afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

describe('GET /v1/events/{id}', () => {
  it('shows the body as receivers get it, as text and as bytes', async () => {
    const text =
      '{"detail" : {"n":12345678901234567890, "s":"\\u00e9\\/\\u0000 é😀", "z":1,"a":1.10 },\n' +
      '"type":"order.unheard" }';
    const { event } = await publish(text);
    const shown = await show(event.id);
    expect(shown).toMatchObject({
      id: event.id,
      type: 'order.unheard',
      invocations_count: 0,
      invocations: [],
      skipped_count: 0,
      skipped: [],
    });
    expect(shown).not.toHaveProperty('stored_id');
    expect(shown.body.startsWith(text.slice(0, text.lastIndexOf('}')))).toBe(true);
    expect(shown.body_length).toBe(Buffer.byteLength(shown.body));
    expect(Date.parse(shown.created_at)).toBeGreaterThan(Date.now() - 60_000);
    const answer = await fetch(`${node.url}/v1/events/${event.id}/body`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe(shown.body);
  });

  it('shows what it matched, and what it skipped and why', async () => {
    const deaf = await createWebhook('deaf', { subscriptions: ['order.*'], status: 'inactive' });
    const first = await createWebhook('first', { subscriptions: ['order.paid'] });
    const second = await createWebhook('second', { subscriptions: ['*'] });
    await createWebhook('other', { subscriptions: ['invoice.*'] });
    const published = await publish({ type: 'order.paid' });
    const { event } = await get(`/v1/events/${published.event.id}`);
    await attempted(published.event.id);
    const { event: shown, links } = await get(`/v1/events/${event.id}`);
    expect(shown).toMatchObject({
      invocations_count: 2,
      skipped_count: 1,
      skipped: [{ webhook_id: deaf, webhook_name: 'deaf', reason: 'inactive' }],
    });
    const expected = [
      [second, 'second'],
      [first, 'first'],
    ].map(([id, name]) => ({
      id: published.invocations.find((one: { webhook_id: string }) => one.webhook_id === id).id,
      webhook_id: id,
      webhook_name: name,
      event_type: 'order.paid',
      status: 'success',
      status_code: 200,
      attempts_count: 1,
      created_at: expect.any(String),
      latest_completed_at: expect.any(String),
    }));
    expect(shown.invocations).toEqual(expected);
    expect(links).toEqual({
      body: `${node.url}/v1/events/${event.id}/body`,
      invocations: `${node.url}/v1/events/${event.id}/invocations`,
    });

    // The trail of a deleted webhook is kept.
    await node.call('DELETE', `/api/v2/webhooks/${first}`);
    await node.call('DELETE', `/api/v2/webhooks/${deaf}`);
    const after = await show(event.id);
    expect(after.invocations).toEqual([
      expected[0],
      { ...expected[1], webhook_deleted_at: expect.any(String) },
    ]);
    expect(after.skipped).toEqual([{ webhook_id: deaf, reason: 'inactive' }]);
    await node.call('DELETE', `/api/v2/webhooks/${second}`);
  });

  it('shows a failed invocation with its next attempt', async () => {
    receiver.behave(answering(500));
    const webhook = await createWebhook('failing', { subscriptions: ['order.failing'] });
    const { event } = await publish({ type: 'order.failing' });
    const { invocations } = await attempted(event.id);
    expect(invocations).toMatchObject([{ webhook_id: webhook, status: 'server error' }]);
    const [{ latest_completed_at: latest, next_attempt_at: next }] = invocations;
    expect(Date.parse(next)).toBeGreaterThan(Date.parse(latest));
    receiver.behave(answering(200));
  });

  it.each([
    'order-1001-paid',
    'a/b',
    '50%',
    '%2F',
    '?x=1&y#z',
    '..;.',
    'batches',
    '"quoted"',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    '/'.repeat(255),
  ])('finds an event by its own id %s', async (id) => {
    await publish({ type: 'own.id', id });
    const shown = await show(id);
    expect(shown).toMatchObject({ id, type: 'own.id' });
    expect(isId(shown.stored_id)).toBe(true);
    expect(JSON.parse(shown.body).id).toBe(id);
    expect(await show(shown.stored_id)).toEqual(shown);
    const path = `/v1/events/${encodeURIComponent(id)}`;
    expect(await get(`${path}/body`)).toEqual(JSON.parse(shown.body));
    expect(await get(`${path}/invocations`)).toMatchObject({ invocations: [] });
  });

  it('shows the newest of several events with one id, and each by its stored id', async () => {
    const own = { type: 'own.twice', id: 'twice' };
    await publish({ ...own, detail: { n: 1 } }, { 'idempotency-key': 'one' });
    const first = await show('twice');
    await publish({ ...own, detail: { n: 2 } }, { 'idempotency-key': 'two' });
    const second = await show('twice');
    expect([first, second].map(({ body }) => JSON.parse(body).detail.n)).toEqual([1, 2]);
    expect(await show(first.stored_id)).toEqual(first);

    // A published body that is published again has the id that was made for the first.
    const made = await publish({ type: 'own.again' });
    const { body } = await show(made.event.id);
    const again = body.replace('{', '{ ');
    await publish(again);
    expect((await show(made.event.id)).body).toBe(again);
    // An id that the trail gave to an event with another one is not that of a later event.
    await publish({ type: 'own.stored', id: first.stored_id });
    expect(await show(first.stored_id)).toMatchObject({ id: first.stored_id, type: 'own.stored' });
  });

  it('shows by its stored id alone an event whose own id is the path of another operation', async () => {
    await publish({ type: 'own.batch', id: 'batch' });
    expect((await node.call('GET', '/v1/events/batch')).status).toBe(405);
    const { events } = await get('/v1/events?filter[type]=own.batch');
    expect(await show(events[0].stored_id)).toMatchObject({ id: 'batch' });
  });

  it('shows an event that an earlier version stored, by the id in its body', async () => {
    await publish({ type: 'own.early', id: 'early' });
    const { stored_id } = await show('early');
    await sql(
      database.url,
      `update event set own_id = null, invocations_from = null, invocations_count = null
      where own_id = 'early'`,
    );
    const shown = await show(stored_id);
    expect(shown).toMatchObject({ id: 'early', stored_id, invocations: [] });
    expect(shown).not.toHaveProperty('invocations_count');
  });

  it('shows the payload of a direct invocation as bytes of no known form', async () => {
    const id = await createWebhook('direct', {
      subscriptions: ['conditional_ticket_events'],
      request_format: 'xml',
    });
    await node.call('POST', `/v1/webhooks/${id}/invocations`, { payload: '<a/>' });
    const { events } = await get('/v1/events?filter[type]=conditional_ticket_events');
    expect(events).toMatchObject([{ type: 'conditional_ticket_events', body_length: 4 }]);
    const shown = await show(events[0].id);
    expect(shown).toMatchObject({ body: '<a/>', invocations: [{ webhook_id: id }] });
    const answer = await fetch(`${node.url}/v1/events/${events[0].id}/body`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(await answer.text()).toBe('<a/>');
  });

  it('answers 404 for an id that no event has', async () => {
    for (const id of ['nothing', '01ARZ3NDEKTSV4RRFFQ69G5FAZ', '\u00e9', '%00']) {
      for (const rest of ['', '/body', '/invocations']) {
        const path = `/v1/events/${encodeURIComponent(id)}${rest}`;
        const { status, body } = await node.call('GET', path);
        expect([status, body.error.code], path).toEqual([404, 'RecordNotFound']);
      }
    }
    for (const id of ['%00', 'a%00b', '%C3%A9', '%F0%9F%98%80', '%20', '%0A']) {
      expect((await node.call('GET', `/v1/events/${id}`)).status, id).toBe(404);
    }
    expect((await node.call('GET', '/v1/events/%FF')).status).toBe(400);
    const long = await node.call('GET', `/v1/events/${'x'.repeat(256)}`);
    expect([400, 404]).toContain(long.status);
  });
});

describe('GET /v1/events', () => {
  const TYPES = ['list.one', 'list.two', 'list.two.more', 'lists.three', 'zen:event-type:list.one'];
  const ids: string[] = [];

  beforeAll(async () => {
    for (let round = 0; round < 5; round++) {
      const batch = TYPES.map((type, index) => ({
        type,
        ...(index === 1 && { id: `two-${round}` }),
      }));
      const { body } = await node.call('POST', '/v1/events/batch', batch);
      for (const { event } of body.results) ids.push(event.id);
    }
  });

  async function walk(query: string, size: number) {
    const pages: { events: { id: string }[]; meta: { before_cursor?: string } }[] = [];
    let path = `/v1/events?${query}&page[size]=${size}`;
    for (;;) {
      const page = await get(path);
      pages.push(page);
      if (page.meta.after_cursor === undefined) return pages;
      expect(page.links.next).toContain('page%5Bafter%5D=');
      path = `/v1/events?${query}&page[size]=${size}&page[after]=${page.meta.after_cursor}`;
    }
  }
  const idsOf = (pages: readonly { events: readonly { id: string }[] }[]) =>
    pages.flatMap(({ events }) => events.map(({ id }) => id));

  it('lists newest first and oldest first, forward and back', async () => {
    const newest = await walk('filter[type]=*', 4);
    const oldest = await walk('sort=created_at', 7);
    expect(idsOf(oldest)).toEqual(idsOf(newest).toReversed());
    const all = idsOf(oldest);
    expect(all.slice(-ids.length).toSorted()).toEqual(ids.toSorted());
    expect(new Set(all).size).toBe(all.length - 2); // 'twice' and 'own.again' above

    let path = `/v1/events?page[size]=4&page[before]=${newest.at(-1)?.meta.before_cursor}`;
    for (const expected of newest.slice(0, -1).toReversed()) {
      const page = await get(path);
      expect(idsOf([page])).toEqual(idsOf([expected]));
      expect(page.meta.has_more).toBe(true);
      path = `/v1/events?page[size]=4&page[before]=${page.meta.before_cursor}`;
    }
  });

  it('shows an event without its body', async () => {
    const { events } = await get('/v1/events?filter[type]=list.two&page[size]=1');
    const { body } = await show('two-4');
    expect(events).toEqual([
      {
        id: 'two-4',
        stored_id: expect.any(String),
        type: 'list.two',
        created_at: expect.any(String),
        body_length: body.length,
        invocations_count: 0,
        skipped_count: 0,
      },
    ]);
  });

  it.each([
    ['list.one', ['list.one']],
    ['list.*', ['list.one', 'list.two', 'list.two.more']],
    ['list.two.*', ['list.two.more']],
    ['zen:event-type:*', ['zen:event-type:list.one']],
    ['list.nothing', []],
  ])('filters by the type %s', async (type, expected) => {
    for (const sort of ['created_at', '-created_at']) {
      const pages = await walk(`filter[type]=${encodeURIComponent(type)}&sort=${sort}`, 3);
      const types = pages.flatMap(({ events }) =>
        events.map((event) => (event as unknown as { type: string }).type),
      );
      expect([...new Set(types)].toSorted()).toEqual(expected);
      expect(types).toHaveLength(5 * expected.length);
    }
  });

  it('filters by the time of creation, to the millisecond', async () => {
    const { created_at: at } = await show(ids[12] as string);
    const page = await get(`/v1/events?filter[from_ts]=${at}&filter[to_ts]=${at}`);
    expect(idsOf([page])).toContain(ids[12]);
    for (const event of page.events) expect(event.created_at).toBe(at);
    const next = new Date(Date.parse(at) + 1).toISOString();
    expect(idsOf([await get(`/v1/events?filter[from_ts]=${next}`)])).not.toContain(ids[12]);
    expect((await get('/v1/events?filter[to_ts]=2020-01-01T00:00:00Z')).events).toEqual([]);
  });

  it.each([
    ['filter[type]=order', 'filter[type]', 'invalid_format'],
    ['filter[type]=order.p*', 'filter[type]', 'invalid_format'],
    ['filter[type]=order*', 'filter[type]', 'invalid_format'],
    ['filter[status]=failed', 'filter[status]', 'unknown_field'],
    ['filter[from_ts]=noon', 'filter[from_ts]', 'invalid_format'],
    ['sort=type', 'sort', undefined],
    ['page[size]=101', 'page[size]', 'out_of_range'],
    ['page[after]=x', 'page[after]', 'invalid_cursor'],
    ['page=2', 'page', 'not_allowed'],
  ])('refuses %s', async (query, field, code) => {
    const { status, body } = await node.call('GET', `/v1/events?${query}`);
    expect([status, body.errors[0].field]).toEqual([400, field]);
    if (code !== undefined) expect(body.errors[0].code).toBe(code);
  });

  it('refuses the cursor of another order', async () => {
    const { meta } = await get('/v1/events?page[size]=1');
    const path = `/v1/events?sort=created_at&page[after]=${meta.after_cursor}`;
    const { status, body } = await node.call('GET', path);
    expect([status, body.error.code]).toEqual([400, 'InvalidCursor']);
  });

  it('has every event once, while others are published', async () => {
    const before = idsOf(await walk('filter[type]=*', 100));
    for (const sort of ['created_at', '-created_at']) {
      let done = false;
      let published = 0;
      const publishing = (async () => {
        while (!done) {
          await publish({ type: 'walk.on' });
          published++;
        }
      })();
      const seen = idsOf(await walk(`sort=${sort}`, 3));
      done = true;
      await publishing;
      expect(published).toBeGreaterThan(0);
      const known = seen.filter((id) => before.includes(id)).toSorted();
      expect(known).toEqual(before.toSorted());
    }
  });

  it('shows nothing to another account', async () => {
    const made = await node.call('POST', '/v1/accounts', { account: { name: 'other' } });
    const { body } = await node.call('POST', `/v1/tokens?account_id=${made.body.account.id}`, {
      token: { name: 'read', role: 'read' },
    });
    const headers = { authorization: `Bearer ${body.token.secret}` };
    const list = await call(node.url, 'GET', '/v1/events', undefined, headers);
    expect(list.body.events).toEqual([]);
    for (const id of ['two-4', ids[0] as string, (await show('two-4')).stored_id]) {
      for (const rest of ['', '/body', '/invocations']) {
        const path = `/v1/events/${id}${rest}`;
        expect((await call(node.url, 'GET', path, undefined, headers)).status).toBe(404);
      }
    }
  });
});
