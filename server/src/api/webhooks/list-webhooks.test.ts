import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  compareWebhooks,
  orderedWebhook,
  type WebhookOrder,
} from '../../directory/webhook-order.ts';
import { firstIdAt } from '../../model/ids.ts';
import type { Webhook } from '../../model/webhook.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';
import { listWebhooks } from './list-webhooks.ts';

const PATH = '/api/v2/webhooks';
const NAMES = ['delta', 'Alpha', 'charlie', 'alpha', 'Bravo', 'echo', 'bravo', 'foxtrot'];

let api: TestApi;
/** Newest first. */
let ids: string[];
beforeAll(async () => {
  api = await startTestApi();
  ids = [];
  for (const [index, name] of NAMES.entries()) {
    const { id } = await api.webhook({ name, status: index % 3 === 0 ? 'inactive' : 'active' });
    ids.unshift(id);
  }
  await api.webhook({ name: 'alpha of another account' }, 'admin-2');
});
afterAll(() => api.stop());

async function list(query: string) {
  const { status, headers, body } = await api.call('GET', `${PATH}?${query}`);
  expect(status).toBe(200);
  return { ...body, linkHeader: headers['link'] };
}
const idsOf = (body: { webhooks: { id: string }[] }) => body.webhooks.map((webhook) => webhook.id);
const namesOf = (body: { webhooks: { name: string }[] }) =>
  body.webhooks.map((webhook) => webhook.name);

test('newest first, of this account only; a single page has neither cursors nor links', async () => {
  const body = await list('');
  expect(idsOf(body)).toEqual(ids);
  expect(body.meta).toEqual({ has_more: false });
  expect(body).not.toHaveProperty('links');
  expect(body.linkHeader).toBeUndefined();
});

test.each([
  ['filter[name_contains]=LPH', ['alpha', 'Alpha']],
  ['filter[name_contains]=nothing', []],
  ['filter[status]=inactive', ['bravo', 'alpha', 'delta']],
  ['filter[status]=inactive&filter[name_contains]=a', ['bravo', 'alpha', 'delta']],
  ['filter%5Bname_contains%5D=o&sort=name', ['Bravo', 'bravo', 'echo', 'foxtrot']],
])('%s', async (query, names) => expect(namesOf(await list(query))).toEqual(names));

test('sorts in both directions', async () => {
  const byName = await list('sort=name');
  expect(namesOf(byName).map((name) => name.toLowerCase())).toEqual(
    NAMES.map((name) => name.toLowerCase()).sort(),
  );
  expect(idsOf(await list('sort=-name'))).toEqual(idsOf(byName).reverse());
  const byStatus = await list('sort=status');
  expect(byStatus.webhooks.map((webhook: { status: string }) => webhook.status)).toEqual([
    ...Array(5).fill('active'),
    ...Array(3).fill('inactive'),
  ]);
  expect(idsOf(await list('sort=-status'))).toEqual(idsOf(byStatus).reverse());
});

test.each(['', 'sort=name', 'sort=-name', 'sort=status', 'sort=-status', 'filter[status]=active'])(
  'pages forward and back again: %s',
  async (query) => {
    const whole = idsOf(await list(query));
    const pages: string[][] = [];
    let body = await list(`${query}&page[size]=3`);
    for (;;) {
      pages.push(idsOf(body));
      expect(body.meta.has_more).toBe(body.meta.after_cursor !== undefined);
      expect(body.meta.before_cursor === undefined).toBe(pages.length === 1);
      if (body.links?.next === undefined) break;
      expect(body.links.next).not.toMatch(/[[\]]/);
      expect(body.linkHeader).toContain(`<${body.links.next}>; rel="next"`);
      body = await list(new URL(body.links.next).search.slice(1));
    }
    expect(pages.flat()).toEqual(whole);
    for (const page of pages.slice(0, -1).reverse()) {
      body = await list(new URL(body.links.prev).search.slice(1));
      expect(idsOf(body)).toEqual(page);
      expect(body.meta.has_more).toBe(true);
    }
    expect(body.links).not.toHaveProperty('prev');
  },
);

test('links keep filters, sort and size, and no unknown parameters', async () => {
  const body = await list('unknown=1&sort=-name&page[size]=1&filter[name_contains]=a');
  const next = new URL(body.links.next);
  expect(Object.fromEntries(next.searchParams)).toEqual({
    sort: '-name',
    'page[size]': '1',
    'filter[name_contains]': 'a',
    'page[after]': body.meta.after_cursor,
  });
});

test('links begin with the public URL if there is one', async () => {
  const proxied = await startTestApi({ publicUrl: 'https://hooks.example.com/trail' });
  try {
    const { id } = await proxied.webhook();
    await proxied.webhook();
    for (let count = 0; count < 2; count++) await proxied.invocation(id);
    for (const path of [PATH, `${PATH}/${id}/invocations`]) {
      const headers = { host: 'internal:4400' };
      const answer = await proxied.call('GET', `${path}?page[size]=1`, undefined, { headers });
      const start = `https://hooks.example.com/trail${path}?`;
      expect(answer.body.links.next.startsWith(start)).toBe(true);
      expect(answer.headers['link']).toEqual([`<${answer.body.links.next}>; rel="next"`]);
      // A proxy that strips the prefix gets the next page.
      const passed = answer.body.links.next.slice('https://hooks.example.com/trail'.length);
      expect((await proxied.call('GET', passed)).body.links.prev.startsWith(start)).toBe(true);
    }
  } finally {
    await proxied.stop();
  }
});

test('links name the host of the request, and never one that could break out of a header', async () => {
  const get = (headers: object) =>
    api.call('GET', `${PATH}?page[size]=1`, undefined, { headers }).then((a) => a.body.links.next);
  expect(await get({ host: 'hooks.example.com:8443' })).toMatch(
    /^http:\/\/hooks\.example\.com:8443\/api\/v2\/webhooks\?/,
  );
  expect(await get({ host: '[::1]:4400' })).toMatch(/^http:\/\/\[::1\]:4400\//);
  expect(await get({ host: 'evil>; rel="x", <http://other' })).toMatch(/^http:\/\/localhost\//);
  expect(
    await get({ host: 'a.example', 'x-forwarded-host': 'b.example', 'x-forwarded-proto': 'https' }),
  ).toMatch(/^http:\/\/a\.example\//);
});

test('webhooks created and deleted while paging disturb no other row', async () => {
  const first = await list('page[size]=3');
  const added = await api.webhook({ name: 'added' });
  const removed = idsOf(first)[2] as string; // the row at the cursor
  await api.call('DELETE', `${PATH}/${removed}`);
  const second = await list(`page[size]=3&page[after]=${first.meta.after_cursor}`);
  expect(idsOf(second)).toEqual(ids.slice(3, 6));
  const back = await list(`page[size]=3&page[before]=${second.meta.before_cursor}`);
  expect(idsOf(back)).toEqual([added.id, ids[0], ids[1]]);
  expect(back.meta.before_cursor).toBeUndefined();
});

test.each([[undefined], ['name'], ['-status']] as const)(
  'a page of 100,000 webhooks in the order %s looks at its rows',
  async (sort) => {
    const webhooks = Array.from(
      { length: 100_000 },
      (_, index) =>
        ({
          id: firstIdAt(index),
          name: `name ${(index * 7_919) % 100_000}`,
          status: index % 2 === 0 ? 'active' : 'inactive',
          subscriptions: ['*'],
          endpoint: 'https://example.com/',
        }) as Partial<Webhook> as Webhook,
    );
    let looked = 0;
    const orders = new Map<WebhookOrder, ReturnType<typeof orderedWebhook>[]>();
    const directory = {
      async webhooksInOrder(_accountId: number, order: WebhookOrder) {
        let list = orders.get(order);
        if (list === undefined) {
          const sorted = webhooks.map((one) => orderedWebhook(one, order)).sort(compareWebhooks);
          list = new Proxy(sorted, {
            get(target, key, receiver) {
              if (key !== 'length') looked++;
              return Reflect.get(target, key, receiver);
            },
          });
          orders.set(order, list);
        }
        return list;
      },
    };
    const first = await listWebhooks(directory, 1, { sort, page: { size: 100 } });
    const second = await listWebhooks(directory, 1, {
      sort,
      page: { size: 100, after: first.after },
    });
    expect([first.rows.length, second.rows.length]).toEqual([100, 100]);
    expect(new Set([...first.rows, ...second.rows]).size).toBe(200);
    // Two pages, a row more for each, and the binary searches.
    expect(looked).toBeLessThan(300);
    const none = await listWebhooks(directory, 1, { nameContains: 'zzz', page: { size: 100 } });
    expect(none.rows).toEqual([]);
  },
);

test('a page ends early at 8 MiB, in both directions, and a page by number never', async () => {
  // Of 127 KB each.
  const subscriptions = Array.from({ length: 500 }, (_, n) => `a.${'x'.repeat(249)}${100 + n}`);
  const webhooks = Array.from({ length: 80 }, (_, index) => {
    const values = { id: firstIdAt(index), name: 'n', status: 'active', subscriptions } as const;
    return { ...values, endpoint: 'https://example.com/' } as Partial<Webhook> as Webhook;
  });
  const directory = {
    webhooksInOrder: async (_accountId: number, order: WebhookOrder) =>
      webhooks.map((one) => orderedWebhook(one, order)).sort(compareWebhooks),
  };
  const ids = webhooks.map(({ id }) => id).reverse();
  const size = 100;
  const page = async (request: Parameters<typeof listWebhooks>[2]) => {
    const { rows, ...positions } = await listWebhooks(directory, 1, request);
    return { ids: rows.map(({ id }) => id), ...positions };
  };
  const first = await page({ page: { size } });
  expect(first.ids).toEqual(ids.slice(0, 66));
  const second = await page({ page: { size, after: first.after } });
  expect([second.ids, second.after]).toEqual([ids.slice(66), undefined]);
  const back = await page({ page: { size, before: second.before } });
  expect(back.ids).toEqual(ids.slice(0, 66));
  expect((await page({ page: { size }, offset: 0 })).ids).toEqual(ids);
});
