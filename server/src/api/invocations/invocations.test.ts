import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../model/delivery-status.ts';
import { uuidFromId } from '../../model/ids.ts';
import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';
import { idAt, startTestApi, type TestAnswer, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const path = (webhookId: string) => `/api/v2/webhooks/${webhookId}/invocations`;

async function list(webhookId: string, query: Record<string, string> = {}): Promise<TestAnswer> {
  const answer = await api.call('GET', `${path(webhookId)}?${new URLSearchParams(query)}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer;
}

const idsOf = ({ body }: TestAnswer): string[] =>
  body.invocations.map((row: { id: string }) => row.id);

/** Follows `links.next` to the end and checks `meta` and `links` of each page. */
async function walkForward(webhookId: string, query: Record<string, string>) {
  const pages: TestAnswer[] = [await list(webhookId, query)];
  for (;;) {
    const page = pages.at(-1) as TestAnswer;
    const { meta, links } = page.body;
    expect(meta.has_more).toBe(meta.after_cursor !== undefined);
    expect(links.next === undefined).toBe(meta.after_cursor === undefined);
    expect(links.prev === undefined).toBe(meta.before_cursor === undefined);
    expect(page.headers['link'] ?? []).toEqual(
      Object.entries(links).map(([rel, url]) => `<${url}>; rel="${rel}"`),
    );
    expect(meta.before_cursor === undefined).toBe(pages.length === 1);
    if (links.next === undefined) return pages;
    pages.push(await list(webhookId, Object.fromEntries(new URL(links.next).searchParams)));
  }
}

async function walkBack(webhookId: string, from: TestAnswer) {
  const pages: TestAnswer[] = [];
  let { links } = from.body;
  while (links.prev !== undefined) {
    const page = await list(webhookId, Object.fromEntries(new URL(links.prev).searchParams));
    expect(page.body.meta.has_more).toBe(true);
    pages.unshift(page);
    links = page.body.links;
  }
  return pages;
}

test('an invocation without attempts has neither completion nor status code', async () => {
  const { id } = await api.webhook();
  const createdMs = Date.now() - 5_000;
  const invocation = await api.invocation(id, {
    createdMs,
    status: 'accepted',
    attempts: 0,
    dueMs: Date.now(),
  });
  const { body } = await list(id);
  expect(body).toEqual({
    invocations: [
      {
        id: invocation,
        webhook_id: id,
        event_type: 'zen:event-type:ticket.created',
        status: 'accepted',
        attempts_count: 0,
        created_at: new Date(createdMs).toISOString(),
      },
    ],
    meta: { has_more: false },
    links: {},
  });
});

test('shows when the next attempt is due, unless one is in flight', async () => {
  const { id } = await api.webhook();
  const nowMs = Date.now();
  const row = {
    createdMs: nowMs - HOUR_MS,
    status: 'server error',
    statusCode: 503,
    attempts: 2,
  } as const;
  const leased = await api.invocation(id, { ...row, latestMs: nowMs - 3, dueMs: 1, leased: true });
  const final = await api.invocation(id, { ...row, latestMs: nowMs - 2 });
  const waiting = await api.invocation(id, { ...row, latestMs: nowMs - 1, dueMs: nowMs + 500 });
  const { body } = await list(id);
  expect(body.invocations).toEqual([
    {
      id: waiting,
      webhook_id: id,
      event_type: 'zen:event-type:ticket.created',
      status: 'server error',
      status_code: 503,
      attempts_count: 2,
      created_at: new Date(nowMs - HOUR_MS).toISOString(),
      latest_completed_at: new Date(nowMs - 1).toISOString(),
      next_attempt_at: new Date(nowMs + 500).toISOString(),
    },
    expect.objectContaining({ id: final }),
    expect.objectContaining({ id: leased }),
  ]);
  expect(body.invocations[1]).not.toHaveProperty('next_attempt_at');
  expect(body.invocations[2]).not.toHaveProperty('next_attempt_at');
});

test('shows when an invocation is sent again that several nodes may have died of', async () => {
  const { id } = await api.webhook();
  const row = { createdMs: Date.now() - HOUR_MS, status: 'unknown', attempts: 0 } as const;
  const dueMs = Date.now() + HOUR_MS;
  const blamed = await api.invocation(id, { ...row, dueMs });
  const claimed = await api.invocation(id, { ...row, dueMs, leased: true });
  const { body } = await list(id);
  const times = body.invocations.map((one: { id: string; next_attempt_at?: string }) => [
    one.id,
    one.next_attempt_at,
  ]);
  expect(new Map(times)).toEqual(
    new Map([
      [blamed, new Date(dueMs).toISOString()],
      [claimed, undefined],
    ]),
  );
});

test('an empty list', async () => {
  const { id } = await api.webhook();
  await api.invocation((await api.webhook()).id);
  expect((await list(id)).body).toEqual({ invocations: [], meta: { has_more: false }, links: {} });
});

describe('filters', () => {
  const base = Math.floor(Date.now() / 1000) * 1000 - HOUR_MS;
  let webhookId: string;
  let rows: Record<string, string>;
  beforeAll(async () => {
    webhookId = (await api.webhook()).id;
    rows = {};
    for (const [index, status] of DELIVERY_STATUSES.entries()) {
      rows[status] = await api.invocation(webhookId, { status, latestMs: base + index * 1000 });
    }
  });

  test.each(DELIVERY_STATUSES)('status %s', async (status) => {
    expect(idsOf(await list(webhookId, { 'filter[status]': status }))).toEqual([rows[status]]);
    expect(
      idsOf(await list(webhookId, { 'filter[status]': status, sort: 'latest_completed_at' })),
    ).toEqual([rows[status]]);
  });

  const at = (ms: number) => new Date(base + ms).toISOString();
  test.each([
    ['both ends inclusive', at(1000), at(3000), [3, 2, 1]],
    ['only a beginning', at(6000), undefined, [8, 7, 6]],
    ['only an end', undefined, at(1000), [1, 0]],
    ['one moment', at(2000), at(2000), [2]],
    ['between two rows', at(2001), at(2999), []],
    ['without fractions', at(1000).replace('.000', ''), at(2000).replace('.000', ''), [2, 1]],
    [
      'nanoseconds',
      at(1000).replace('.000', '.000000001'),
      at(3000).replace('.000', '.000999999'),
      [3, 2],
    ],
    ['the same nanosecond', at(1).replace('Z', '5Z'), at(1).replace('Z', '5Z'), []],
    ['an offset of zero', at(1000).replace('Z', '+00:00'), at(1000), [1]],
    ['a beginning long ago', '2001-01-01T00:00:00Z', at(0), [0]],
    ['an end long ago', undefined, '0000-01-01T00:00:00Z', []],
    ['an end far away', at(8000), '9999-12-31T23:59:59.999999999Z', [8]],
  ])('%s', async (_what, from, to, expected) => {
    const query = {
      ...(from !== undefined && { 'filter[from_ts]': from }),
      ...(to !== undefined && { 'filter[to_ts]': to }),
    };
    const ids = expected.map((index) => rows[DELIVERY_STATUSES[index] as DeliveryStatus]);
    expect(idsOf(await list(webhookId, query))).toEqual(ids);
    expect(idsOf(await list(webhookId, { ...query, sort: 'latest_completed_at' }))).toEqual(
      ids.toReversed(),
    );
    const paged = await walkForward(webhookId, { ...query, 'page[size]': '1' });
    expect(paged.flatMap(idsOf)).toEqual(ids);
    const back = await walkBack(webhookId, paged.at(-1) as TestAnswer);
    expect(back.flatMap(idsOf)).toEqual(ids.slice(0, -1));
  });

  test('combine, and links keep them', async () => {
    const query = {
      'filter[from_ts]': at(0),
      'filter[to_ts]': at(9000),
      'filter[status]': 'client error',
      sort: '-latest_completed_at',
      'page[size]': '1',
    };
    await api.invocation(webhookId, { status: 'client error', latestMs: base + 8500 });
    const { body } = await list(webhookId, { ...query, unknown: '1' });
    expect(body.meta.has_more).toBe(true);
    expect(Object.fromEntries(new URL(body.links.next).searchParams)).toEqual({
      ...query,
      'page[after]': body.meta.after_cursor,
    });
    expect(body.links.next).toContain('filter%5Bstatus%5D=client+error');
  });
});

describe('the window', () => {
  test('is the last 7 days by sort time, even if rows are stored longer', async () => {
    const { id } = await api.webhook();
    const nowMs = Date.now();
    await api.invocation(id, { latestMs: nowMs - 7 * DAY_MS - 1000 });
    const oldest = await api.invocation(id, { latestMs: nowMs - 7 * DAY_MS + HOUR_MS });
    // Created before the window, attempted within it: its partition is three days older.
    const retried = await api.invocation(id, {
      createdMs: nowMs - 9.9 * DAY_MS,
      latestMs: nowMs - 6.9 * DAY_MS,
    });
    expect(idsOf(await list(id))).toEqual([retried, oldest]);
    expect(idsOf(await list(id, { sort: 'latest_completed_at' }))).toEqual([oldest, retried]);
    expect(idsOf(await list(id, { 'filter[from_ts]': '2001-01-01T00:00:00Z' }))).toHaveLength(2);
  });

  test('has an old invocation that was attempted within it, however long rows are kept', async () => {
    const long = await startTestApi({ retentionDays: 30 });
    try {
      const { id } = await long.webhook();
      const replayed = await long.invocation(id, {
        createdMs: Date.now() - 10.5 * DAY_MS,
        latestMs: Date.now() - HOUR_MS,
      });
      const { body } = await long.call('GET', path(id));
      expect(body.invocations.map((row: { id: string }) => row.id)).toEqual([replayed]);
    } finally {
      await long.stop();
    }
  });

  test('is the retention if that is shorter', async () => {
    const short = await startTestApi({ retentionDays: 2 });
    try {
      const { id } = await short.webhook();
      await short.invocation(id, { latestMs: Date.now() - 2 * DAY_MS - 1000 });
      const young = await short.invocation(id, { latestMs: Date.now() - DAY_MS });
      const { body } = await short.call('GET', path(id));
      expect(body.invocations.map((row: { id: string }) => row.id)).toEqual([young]);
    } finally {
      await short.stop();
    }
  });
});

describe('paging', () => {
  test('100 rows by default', async () => {
    const { id } = await api.webhook();
    for (let count = 0; count < 101; count++) await api.invocation(id);
    const { body } = await list(id);
    expect(body.invocations).toHaveLength(100);
    expect(body.meta.has_more).toBe(true);
    expect((await list(id, { 'page[size]': '100' })).body.invocations).toHaveLength(100);
  });

  test('any rows, sizes, sorts and filters: walking back gives the same pages as walking forward', async () => {
    const baseMs = Date.now() - DAY_MS;
    await fc.assert(
      fc.asyncProperty(
        // Few distinct times and many rows, so that most times are equal.
        fc.array(
          fc.record({
            offset: fc.integer({ min: 0, max: 4 }),
            status: fc.constantFrom<DeliveryStatus>('success', 'failed'),
          }),
          { maxLength: 24 },
        ),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom('latest_completed_at', '-latest_completed_at', undefined),
        fc.constantFrom(undefined, 'failed'),
        async (rows, size, sort, status) => {
          const { id } = await api.webhook();
          const made: { id: string; ms: number; status: string }[] = [];
          for (const row of rows) {
            const latestMs = baseMs + row.offset;
            const createdMs = baseMs - (row.offset % 3) * 60_000;
            const rowId = idAt(createdMs);
            await api.invocation(id, { id: rowId, latestMs, status: row.status });
            made.push({ id: rowId, ms: latestMs, status: row.status });
          }
          const sign = sort === 'latest_completed_at' ? 1 : -1;
          const expected = made
            .filter((row) => status === undefined || row.status === status)
            .sort((a, b) => sign * (a.ms - b.ms || (a.id < b.id ? -1 : 1)))
            .map((row) => row.id);

          const pages = await walkForward(id, {
            'page[size]': String(size),
            ...(sort !== undefined && { sort }),
            ...(status !== undefined && { 'filter[status]': status }),
          });
          expect(pages.flatMap(idsOf)).toEqual(expected);
          for (const page of pages.slice(0, -1)) expect(idsOf(page)).toHaveLength(size);
          const back = await walkBack(id, pages.at(-1) as TestAnswer);
          expect(back.map(idsOf)).toEqual(pages.slice(0, -1).map(idsOf));
        },
      ),
      { numRuns: 12 },
    );
  });

  test.each(['latest_completed_at', '-latest_completed_at'])(
    'times finer than milliseconds are neither repeated nor skipped: %s',
    async (sort) => {
      const { id } = await api.webhook();
      const ids: string[] = [];
      for (let count = 0; count < 7; count++) {
        const row = await api.invocation(id);
        await api.sql(
          `update invocation set latest_at = date_trunc('second', now() - interval '1 hour')
            + $2 * interval '1 microsecond' where id = $1::uuid`,
          [uuidFromId(row), count * 300],
        );
        ids.push(row);
      }
      const pages = await walkForward(id, { sort, 'page[size]': '2' });
      expect(pages.flatMap(idsOf)).toEqual(sort.startsWith('-') ? ids.toReversed() : ids);
    },
  );

  test('rows inserted or moved while paging: unchanged rows are neither missed nor repeated', async () => {
    const { id } = await api.webhook();
    const nowMs = Date.now();
    const ids: string[] = [];
    for (let count = 0; count < 9; count++) {
      ids.unshift(await api.invocation(id, { latestMs: nowMs - 100_000 + count * 1000 }));
    }
    const first = await list(id, { 'page[size]': '3' });
    expect(idsOf(first)).toEqual(ids.slice(0, 3));

    const arrived = await api.invocation(id, { latestMs: nowMs });
    const moved = ids[4] as string;
    await api.sql('update invocation set latest_at = $2 where id = $1::uuid', [
      uuidFromId(moved),
      new Date(nowMs - 10),
    ]);
    const second = await list(id, {
      'page[size]': '3',
      'page[after]': first.body.meta.after_cursor,
    });
    expect(idsOf(second)).toEqual([ids[3], ids[5], ids[6]]);
    const back = await walkBack(id, second);
    expect(back.flatMap(idsOf)).toEqual([arrived, moved, ...ids.slice(0, 3)]);
  });

  test('a page that became empty still links back', async () => {
    const { id } = await api.webhook();
    const nowMs = Date.now();
    const newer = await api.invocation(id, { latestMs: nowMs - 1000 });
    const older = await api.invocation(id, { latestMs: nowMs - 2000 });
    const first = await list(id, { 'page[size]': '1' });
    await api.sql('delete from invocation where id = $1::uuid', [uuidFromId(older)]);
    const empty = await list(id, {
      'page[size]': '1',
      'page[after]': first.body.meta.after_cursor,
    });
    expect(idsOf(empty)).toEqual([]);
    expect(empty.body.meta.has_more).toBe(false);
    const back = await list(id, {
      'page[size]': '1',
      'page[before]': empty.body.meta.before_cursor,
    });
    expect(idsOf(back)).toEqual([newer]);
  });

  test('an empty page before the first row links forward', async () => {
    const { id } = await api.webhook();
    const nowMs = Date.now();
    const rows = [];
    for (let count = 0; count < 3; count++) {
      rows.unshift(await api.invocation(id, { latestMs: nowMs - 9000 + count * 1000 }));
    }
    const first = await list(id, { 'page[size]': '1' });
    const second = await list(id, {
      'page[size]': '1',
      'page[after]': first.body.meta.after_cursor,
    });
    await api.sql('delete from invocation where id = $1::uuid', [uuidFromId(rows[0] as string)]);
    const none = await list(id, {
      'page[size]': '2',
      'page[before]': second.body.meta.before_cursor,
    });
    expect(idsOf(none)).toEqual([]);
    expect(none.body.meta.has_more).toBe(true);
    const forward = await list(id, {
      'page[size]': '2',
      'page[after]': none.body.meta.after_cursor,
    });
    expect(idsOf(forward)).toEqual([rows[1], rows[2]]);
  });
});
