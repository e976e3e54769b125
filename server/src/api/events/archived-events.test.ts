import { afterAll, beforeAll, expect, test } from 'vitest';
import { idTimeMs } from '../../model/ids.ts';
import { HOUR_MS } from '../../model/time-units.ts';
import { idAt, startTestApi, type TestApi } from '../../testing/test-api.ts';
import { createTestArchive } from '../../testing/test-archive.ts';

const NOW_MS = Date.now();

let api: TestApi;
let archive: ReturnType<typeof createTestArchive>;
let acme: string;
const ids: string[] = [];

beforeAll(async () => {
  api = await startTestApi();
  archive = createTestArchive((text, values) => api.sql(text, values));
  acme = await archive.source('acme');
  for (let index = 0; index < 20; index++) {
    const id = idAt(NOW_MS - HOUR_MS - index * HOUR_MS);
    const body = `{"id":"order-${index}","type":"order.paid"}`;
    if (index % 3 === 0) await api.event(id, body);
    else {
      const type = index % 3 === 1 ? { type: 'order.paid' } : {};
      await archive.event(id, { sourceId: acme, body, ownId: `order-${index}`, ...type });
    }
    ids.push(id);
  }
});
afterAll(() => api.stop());

interface ListedEvent {
  readonly id: string;
  readonly stored_id?: string;
  readonly origin?: string;
  readonly type?: string;
}

async function walk(query: string): Promise<ListedEvent[]> {
  const found: ListedEvent[] = [];
  for (let url: string | undefined = `/v1/events?${query}`; url !== undefined; ) {
    const { body, status } = await api.call('GET', url);
    expect(status, JSON.stringify(body)).toBe(200);
    found.push(...body.events);
    url = body.links.next?.replace(/^https?:\/\/[^/]+/, '');
  }
  return found;
}

test.each([1, 3, 100])('stand beside ours, each once, in pages of %i', async (size) => {
  const storedIds = (events: readonly ListedEvent[]) =>
    events.map(({ id, stored_id: stored }) => stored ?? id);
  expect(storedIds(await walk(`page[size]=${size}`))).toEqual(ids.toSorted().toReversed());
  const ascending = await walk(`sort=created_at&page[size]=${size}`);
  expect(storedIds(ascending)).toEqual(ids.toSorted());
  const typed = await walk(`filter[type]=order.paid&page[size]=${size}`);
  expect(storedIds(typed)).toEqual(
    ids
      .filter((_, index) => index % 3 === 1)
      .toSorted()
      .toReversed(),
  );
  for (const { id, origin, type } of ascending) {
    const index = ids.indexOf(id);
    if (index >= 0) expect([origin, type]).toEqual([undefined, 'zen:event-type:ticket.created']);
    else expect(origin).toBe('acme');
  }
});

test('are found by either id, with their invocations at the webhooks of the source', async () => {
  const webhooks = [await archive.webhook(acme), await archive.webhook(acme, { name: 'second' })];
  const eventId = ids[1] as string;
  for (const webhookId of webhooks) {
    await archive.invocation(webhookId, { id: idAt(idTimeMs(eventId) + 5_000), eventId });
  }
  // Of another event.
  await archive.invocation(webhooks[0] as string, {
    id: idAt(idTimeMs(eventId)),
    eventId: ids[2] as string,
  });
  for (const id of ['order-1', eventId]) {
    const { body, status } = await api.call('GET', `/v1/events/${id}`);
    expect(status).toBe(200);
    expect(body.event).toMatchObject({
      id: 'order-1',
      stored_id: eventId,
      origin: 'acme',
      body: '{"id":"order-1","type":"order.paid"}',
      invocations: webhooks.toReversed().map((id) => ({ webhook_id: id })),
    });
    const listed = await api.call('GET', `/v1/events/${id}/invocations?page[size]=1`);
    expect(listed.body.invocations).toMatchObject([{ webhook_id: webhooks[1] }]);
    expect(listed.body.meta.has_more).toBe(true);
  }
  expect((await api.call('GET', '/v1/events/order-2')).body.event).not.toHaveProperty('type');
  const raw = await api.app.inject({
    url: '/v1/events/order-2/body',
    headers: { authorization: 'Bearer admin-1' },
  });
  expect([raw.headers['content-type'], raw.body]).toEqual([
    'application/octet-stream',
    '{"id":"order-2","type":"order.paid"}',
  ]);
});

test('keep their row when their body is erased', async () => {
  await archive.event(idAt(NOW_MS - 90 * 60_000), { sourceId: acme, ownId: 'erased' });
  const { body } = await api.call('GET', '/v1/events/erased');
  expect(body.event.id).toBe('erased');
  expect(body.event).not.toHaveProperty('body');
  expect(body.event).not.toHaveProperty('body_length');
  expect((await api.call('GET', '/v1/events/erased/body')).status).toBe(404);
  await api.sql(`delete from archive_event where own_id = 'erased'`);
});

test('of another account are not found', async () => {
  const token = 'admin-2';
  for (const path of ['/v1/events/order-1', `/v1/events/${ids[1]}`, `/v1/events/${ids[1]}/body`]) {
    expect((await api.call('GET', path, undefined, { token })).status, path).toBe(404);
  }
  await archive.source('other', 2);
  const { body } = await api.call('GET', '/v1/events', undefined, { token });
  expect(body.events).toEqual([]);
});

test('of a deleted source are shown to nobody before they are removed', async () => {
  const doomed = await archive.source('doomed');
  const id = idAt(NOW_MS - 30 * 60_000);
  await archive.event(id, { sourceId: doomed, body: '{"id":"doomed"}', ownId: 'doomed' });
  for (let count = 0; count < 30; count++) {
    await archive.event(idAt(NOW_MS - 20 * 60_000), { sourceId: doomed, body: '{}' });
  }
  const origins = async (query: string) =>
    (await walk(query)).filter(({ origin }) => origin === 'doomed').length;
  const queries = ['page[size]=100', 'sort=created_at&page[size]=3', 'filter[type]=order.*'];
  expect(await Promise.all(queries.map(origins))).toEqual([31, 31, 0]);
  expect((await api.call('GET', '/v1/events/doomed')).status).toBe(200);
  // As a deletion does, and nothing removes its rows yet.
  await api.sql(`update source set deleted_at = now(), name = 'gone' where name = 'doomed'`);
  for (const query of queries) {
    const rest = await walk(query);
    expect(rest.filter(({ origin }) => origin === 'gone' || origin === 'doomed')).toEqual([]);
    expect(rest.some(({ origin }) => origin === 'acme')).toBe(true);
  }
  for (const path of ['doomed', id, `${id}/body`, `${id}/invocations`, 'doomed/body']) {
    expect((await api.call('GET', `/v1/events/${path}`)).status, path).toBe(404);
  }
  await api.sql(
    `delete from archive_event where source_id = (select id from source where name = 'gone')`,
  );
});
