import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyHash, keySeed } from '../../model/key-hash.ts';
import { HOUR_MS } from '../../model/time-units.ts';
import { insertEvents } from '../../sql/insert-events.ts';
import { storeKeys } from '../../testing/key-index.ts';
import { idAt, startTestApi, type TestApi } from '../../testing/test-api.ts';

/** Queries of the list of events. */

const NOW_MS = Date.now();
const TYPES = ['order.paid', 'order.sent', 'zen:event-type:order.paid', 'ticket.created'];

let api: TestApi;
const ids: string[] = [];

beforeAll(async () => {
  api = await startTestApi();
  for (let event = 0; event < 12; event++) {
    const id = idAt(NOW_MS - event * HOUR_MS - HOUR_MS / 2);
    ids.push(id);
    const body = JSON.stringify({ subject: `acme:${event % 3}`, detail: { id: `order-${event}` } });
    await api.database.run(insertEvents, {
      versions: [],
      events: [{ id, accountId: 1, type: TYPES[event % 4] as string, body }],
      invocations: [],
      leaseMs: 0,
    });
    const hashes = [
      keyHash(keySeed(1, '/subject'), `acme:${event % 3}`),
      keyHash(keySeed(1, '/detail/id'), `order-${event}`),
    ];
    await storeKeys(api.database, [{ accountId: 1, eventId: id, hashes }]);
  }
});
afterAll(() => api.stop());

/** The places of the events on all pages. */
async function walk(parameters: Record<string, string>, token = 'admin-1'): Promise<number[]> {
  const found: number[] = [];
  let path: string | undefined = `/v1/events?${new URLSearchParams(parameters)}`;
  while (path !== undefined) {
    const { body, status } = await api.call('GET', path, undefined, { token });
    expect(status, JSON.stringify(body)).toBe(200);
    found.push(...body.events.map(({ id }: { id: string }) => ids.indexOf(id)));
    path = body.links.next?.replace(/^https?:\/\/[^/]+/, '');
  }
  return found;
}

const hour = (ago: number) => new Date(NOW_MS - ago * HOUR_MS).toISOString();
const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const having = (...types: number[]) => all.filter((event) => types.includes(event % 4));

describe.each(['1', '3', '100'])('in pages of %s', (size) => {
  it.each<[string, number[]]>([
    ['', all],
    ['type:order.paid', having(0, 2)],
    ['-type:order.*', having(3)],
    ['type:order.* type:*.sent', having(1)],
    ['type:order.* type:*.sent,*.created type:*', having(1)],
    ['type:order.*,ticket.* -type:zen:*', having(0, 1, 3)],
    ['since:3h', [0, 1, 2]],
    ['until:9h', [9, 10, 11]],
    ['since:3h until:2h', [2]],
    ['since:1h until:2h', []],
    [`-created:${hour(10)}..${hour(2)}`, [0, 1, 10, 11]],
    [`-created:${hour(10)}..${hour(2)} type:order.*`, [0, 1, 10]],
    ['/detail/id:order-7', [7]],
    ['/subject:"acme:1"', [1, 4, 7, 10]],
    ['/subject:"acme:1" type:order.paid', [4, 10]],
    ['/subject:"acme:1" -type:order.paid', [1, 7]],
    ['/subject:"acme:1" since:5h', [1, 4]],
    ['/subject:"acme:1" since:1h until:2h', []],
    [`/subject:"acme:1" -created:${hour(9)}..${hour(2)}`, [1, 10]],
    ['/subject:"acme:1" -/detail/id:order-4,order-7', [1, 10]],
  ])('finds %j, both ways', async (text, expected) => {
    const q = text.replace('type:zen:*', 'type:"zen:*"');
    const parameters = { ...(q !== '' && { q }), 'page[size]': size };
    expect(await walk(parameters)).toEqual(expected);
    expect(await walk({ ...parameters, sort: 'created_at' })).toEqual(expected.toReversed());
  });
});

it('combines with the filters', async () => {
  expect(await walk({ q: 'type:order.*', 'filter[type]': 'order.sent' })).toEqual(having(1));
  const q = '/subject:"acme:1"';
  expect(await walk({ q, 'filter[type]': 'order.*' })).toEqual([1, 4]);
  expect(await walk({ q, 'filter[type]': 'order.*', 'filter[to_ts]': hour(3) })).toEqual([4]);
  const query = JSON.stringify([{ field: 'type', values: ['ticket.*'] }]);
  expect(await walk({ query, q })).toEqual([7]);
});

it('goes back from a page', async () => {
  const q = '/subject:"acme:1"';
  const page = async (path: string) => (await api.call('GET', path)).body;
  const first = await page(`/v1/events?${new URLSearchParams({ q, 'page[size]': '2' })}`);
  const second = await page(first.links.next.replace(/^https?:\/\/[^/]+/, ''));
  const back = await page(second.links.prev.replace(/^https?:\/\/[^/]+/, ''));
  expect(back.events).toEqual(first.events);
});

it('finds nothing of another account', async () => {
  for (const q of ['type:order.*', 'since:1d', '/subject:"acme:1"']) {
    expect(await walk({ q }, 'admin-2')).toEqual([]);
  }
});

it.each([
  ['status:failed', 'GET /v1/invocations'],
  ['webhook:orders', 'GET /v1/invocations'],
  ['refund', 'GET /v1/search'],
  ['job:01KB8YQ6T5B3S8D1F4G7H9J2KM', 'GET /v1/invocations'],
  ['/detail/number:5', 'PUT /v1/account/keys'],
  ['-/detail/id:5', 'needs another term about a key'],
])('refuses %s, and says what can be done', async (q, message) => {
  const { body, status } = await api.call('GET', `/v1/events?${new URLSearchParams({ q })}`);
  expect(status).toBe(400);
  expect(body.error.message).toContain(message);
  expect(body.errors[0]).toMatchObject({ code: 'not_allowed', field: 'q' });
});
