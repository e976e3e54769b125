import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { makeDue, startTestNode, type TestNode } from '../../testing/test-node.ts';

/** Walks the list over all webhooks while a node accepts, delivers and retries. */

const WEBHOOKS = 8;
const EVENTS = 100;

/** Events that are published before each of the next pages, as often as this. */
const EVENTS_A_PAGE = 2;
const BUSY_PAGES = 12;

interface Row {
  readonly id: string;
  readonly attempts_count: number;
}

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startReceiver();
  for (let number = 0; number < WEBHOOKS; number++) {
    const { status } = await node.call('POST', '/api/v2/webhooks', {
      webhook: {
        name: `walked ${number}`,
        status: 'active',
        // Every fourth has no listener: its invocations fail and wait for retries.
        endpoint: number % 4 === 3 ? 'http://127.0.0.1:9/' : receiver.url,
        http_method: 'POST',
        request_format: 'json',
        subscriptions: [`walk.type_${number % 4}`, 'walk.all'],
      },
    });
    expect(status).toBe(201);
  }
  await publish(EVENTS);
});
afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

/** The invocations that were accepted so far, by type. */
const accepted = new Map<string, string>();

async function publish(events: number): Promise<void> {
  const types = Array.from({ length: events }, (_, event) =>
    event % 10 === 0 ? 'walk.all' : `walk.type_${event % 4}`,
  );
  const { body, status } = await node.call(
    'POST',
    '/v1/events/batch',
    types.map((type) => ({ type })),
  );
  expect(status).toBe(200);
  for (const [place, { invocations }] of body.results.entries()) {
    for (const { id } of invocations) accepted.set(id, types[place] as string);
  }
}

async function read(path: string) {
  const { body, status } = await node.call('GET', path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** Follows the links in one direction; the pages in the order of reading. */
async function follow(first: string, link: 'next' | 'prev') {
  const pages: { readonly path: string; readonly rows: readonly Row[] }[] = [];
  for (let path: string | undefined = first; path !== undefined; ) {
    const { invocations, links } = await read(path);
    pages.push({ path, rows: invocations });
    const url: string | undefined = links[link];
    path = url?.replace(/^https?:\/\/[^/]+/, '');
    if (path !== undefined && pages.length <= BUSY_PAGES) {
      await publish(EVENTS_A_PAGE);
      if (pages.length % 4 === 1) await makeDue(database.url);
    }
  }
  return pages;
}

const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id);

test.each([
  ['without a filter', {}, () => true],
  ['with a type', { type: 'walk.type_1' }, (type: string) => type === 'walk.type_1'],
  [
    'with a pattern, and one that is excluded',
    { q: 'type:walk.* -type:*all' },
    (type: string) => type !== 'walk.all',
  ],
  ['with a filter that every row passes', { q: 'attempts:>=0 -status:terminated' }, () => true],
] as const)(
  'has each invocation of its beginning once, %s',
  async (_what, query, matches) => {
    for (const sort of ['-created', 'created']) {
      const known = [...accepted]
        .filter(([, type]) => matches(type))
        .map(([id]) => id)
        .sort();
      const [before, received] = [accepted.size, receiver.requests.length];
      const parameters = new URLSearchParams({ ...query, sort, 'page[size]': '20' });
      const forward = await follow(`/v1/invocations?${parameters}`, 'next');
      const [last] = forward.slice(-1);
      const backward = await follow((last as (typeof forward)[number]).path, 'prev');
      expect(accepted.size, 'accepted meanwhile').toBeGreaterThan(before);
      expect(receiver.requests.length, 'delivered meanwhile').toBeGreaterThan(received);
      for (const [pages, descending] of [
        [forward, sort === '-created'],
        // Each page keeps the order of the list.
        [backward.toReversed(), sort === '-created'],
      ] as const) {
        expect(pages.length).toBeGreaterThan(3);
        const ids = pages.flatMap(({ rows }) => idsOf(rows));
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toEqual(ids.toSorted((one, other) => (one < other === descending ? 1 : -1)));
        const found = new Set(ids);
        expect(known.filter((id) => !found.has(id))).toEqual([]);
        for (const id of ids) {
          const type = accepted.get(id);
          if (type !== undefined) expect(matches(type)).toBe(true);
        }
      }
    }
  },
  120_000,
);

test('has each that was attempted at its beginning once, although more are meanwhile', async () => {
  const all = await follow('/v1/invocations?page[size]=100', 'next');
  const attempted = all.flatMap(({ rows }) => rows).filter((row) => row.attempts_count > 0);
  expect(attempted.length).toBeGreaterThan(0);
  const pages = await follow('/v1/invocations?attempts=%3E0&page[size]=20', 'next');
  const rows = pages.flatMap((page) => page.rows);
  const ids = idsOf(rows);
  expect(new Set(ids).size).toBe(ids.length);
  const found = new Map(rows.map((row) => [row.id, row]));
  expect(attempted.filter(({ id }) => !found.has(id))).toEqual([]);
}, 60_000);
