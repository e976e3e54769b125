import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstIdAt, newId, uuidFromId } from '../model/ids.ts';
import { DAY_MS } from '../model/time-units.ts';
import {
  createTestTrail,
  storeInvocations,
  type TestTrail,
  webhooksOfLane,
} from '../testing/test-trail.ts';
import { findInvocationWebhook } from './find-invocation-webhook.ts';
import { type InvocationFilter, NO_FILTER } from './parts/invocation-filter.ts';
import {
  type CreatedRow,
  type ReadMark,
  readCreatedInvocations,
} from './read-created-invocations.ts';

const LANE = 9;
const NOW_MS = Date.now();
const [FIRST, LAST] = [firstIdAt(NOW_MS - 3 * DAY_MS), firstIdAt(NOW_MS + DAY_MS)];
const [one, two, other, empty] = webhooksOfLane(LANE, 4) as [string, string, string, string];

let trail: TestTrail;
/** The invocations of the first two webhooks, and those with a status of their own, by creation. */
let ids: string[];
let failed: string[];

beforeAll(async () => {
  trail = await createTestTrail({ days: 4 });
  const made: string[] = [];
  for (const ago of [0, 1, 2, 2]) {
    for (const webhookId of [one, two]) {
      const atMs = NOW_MS - ago * DAY_MS;
      made.push(...(await storeInvocations(trail, { webhookId, count: 4, atMs })));
    }
    await storeInvocations(trail, { webhookId: other, count: 4, atMs: NOW_MS - ago * DAY_MS });
  }
  failed = made.filter((_, index) => index % 5 === 0).sort();
  await trail.sql(
    `update invocation set status = 'circuit broken', reason = 'x', latest_at = now() + interval '1 day'
    where id = any ($1)`,
    [failed.map(uuidFromId)],
  );
  ids = made.sort();
});
afterAll(() => trail.drop());

async function page(
  descending: boolean,
  [startId, endId]: readonly [string, string],
  limit: number,
  filter: Partial<InvocationFilter> = {},
  most = 1_000,
) {
  const found = await trail.database.run(
    readCreatedInvocations.statement({ descending, undelivered: false, oneLane: true }),
    {
      streams: [two, empty, one].map((webhookId) => ({ webhookId, startId, held: null })),
      filter: { ...NO_FILTER, ...filter },
      endId,
      most,
      limit,
    },
  );
  return {
    rows: found.filter((row): row is Extract<CreatedRow, { read: null }> => row.read === null),
    marks: found.filter((row): row is ReadMark => row.read !== null && row.streams === null),
    totals: found.flatMap((row: CreatedRow) =>
      row.read !== null && row.streams !== null ? [[row.read, row.streams]] : [],
    ),
  };
}

/** Walks to the end, page by page. */
async function walk(descending: boolean, filter?: Partial<InvocationFilter>): Promise<string[]> {
  const found: string[] = [];
  let [startId, endId] = descending ? [LAST, FIRST] : [FIRST, LAST];
  for (;;) {
    const { rows } = await page(descending, [startId, endId], 3, filter);
    expect(rows.length).toBeLessThanOrEqual(3);
    found.push(...rows.map(({ id }) => id));
    if (rows.length < 3) return found;
    startId = found.at(-1) as string;
  }
}

describe('readCreatedInvocations', () => {
  it('walks the invocations of some webhooks by creation, each once, in both directions', async () => {
    expect(await walk(false)).toEqual(ids);
    expect(await walk(true)).toEqual(ids.toReversed());
  });

  it('begins beyond its start, and ends with the slice', async () => {
    const [start, end] = [ids[5] as string, ids[20] as string];
    const read = async (...params: Parameters<typeof page>) =>
      (await page(...params)).rows.map(({ id }) => id);
    expect(await read(false, [start, end], 100)).toEqual(ids.slice(6, 20));
    expect(await read(true, [end, start], 100)).toEqual(ids.slice(5, 20).reverse());
  });

  it('filters by several statuses', async () => {
    const statuses = ['circuit broken', 'timeout'] as const;
    expect(await walk(true, { statuses })).toEqual(failed.toReversed());
    expect(await walk(false, { statuses: ['timeout'] })).toEqual([]);
  });

  it('reads so many rows of each webhook, however few match, and marks how far it came', async () => {
    const filter = { statuses: ['timeout'] } as const;
    const { rows, marks, totals } = await page(true, [LAST, FIRST], 100, filter, 5);
    expect(rows).toEqual([]);
    const lastOf = async (webhookId: string) =>
      (
        await trail.sql<{ id: string }>(
          'select id from invocation where webhook_id = $1 order by id desc offset 4 limit 1',
          [uuidFromId(webhookId)],
        )
      )[0]?.id;
    expect(new Map(marks.map((mark) => [mark.webhook_id, [mark.id, mark.read]]))).toEqual(
      new Map([
        [one, [await lastOf(one), 5]],
        [two, [await lastOf(two), 5]],
      ]),
    );
    expect(totals).toEqual([[10, 2]]);
  });

  it.each([
    ['newest first', true],
    ['oldest first', false],
  ])('has no mark of what ends beyond a whole page, %s', async (_name, descending) => {
    const span = (descending ? [LAST, FIRST] : [FIRST, LAST]) as [string, string];
    const most = 5;
    const all = await page(descending, span, 100, {}, most);
    expect(all.marks.map(({ read }) => read)).toEqual([most, most]);
    // Of each number of rows, as of a page that ends just before, at and just beyond a mark.
    for (let limit = 1; limit <= 2 * most; limit++) {
      const { marks, rows, totals } = await page(descending, span, limit, {}, most);
      expect(rows).toEqual(all.rows.slice(0, limit));
      const last = rows.at(-1)?.id as string;
      const nearer = all.marks.filter(({ id }) => (descending ? id > last : id < last));
      expect(marks).toEqual(nearer);
      expect(totals).toEqual([[2 * most, 2]]);
    }
  });

  it('has marks of all that may have more while a page is not full', async () => {
    const { marks, rows } = await page(true, [LAST, FIRST], 11, {}, 5);
    expect(rows).toHaveLength(10);
    expect(marks).toHaveLength(2);
  });

  it('has no mark of what was read to its end', async () => {
    const { marks, totals } = await page(true, [LAST, FIRST], 100);
    expect(marks).toEqual([]);
    expect(totals).toEqual([[32, 2]]);
  });

  it('has what lists show', async () => {
    const { rows } = await page(true, [LAST, FIRST], 1, { statuses: ['circuit broken'] });
    const [row] = rows;
    const stored = await trail.invocation(failed.at(-1) as string);
    const { latest_at, ...shown } = stored;
    const { latest_at_us, read: _, streams: __, ...columns } = row as NonNullable<typeof row>;
    expect(shown).toMatchObject(columns);
    expect(Math.floor(latest_at_us / 1_000)).toBe(latest_at.getTime());
  });
});

describe('findInvocationWebhook', () => {
  it('finds the webhook of an invocation among those of an account, and of no other', async () => {
    for (const id of [ids[0], ids.at(-1)] as string[]) {
      const { ['webhook_id']: webhookId } = await trail.invocation(id);
      const webhookIds = [empty, newId(NOW_MS), one, two];
      expect(await trail.database.run(findInvocationWebhook, { id, webhookIds })).toEqual([
        { webhook_id: webhookId },
      ]);
      const others = webhookIds.filter((each) => each !== webhookId);
      expect(await trail.database.run(findInvocationWebhook, { id, webhookIds: others })).toEqual(
        [],
      );
    }
  });
});
