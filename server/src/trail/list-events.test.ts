import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../database/database.ts';
import { firstIdAt, idTimeMs, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { readAccountEvents } from '../sql/read-account-events.ts';
import { explain, type Scan } from '../testing/explain.ts';
import { createTestTrail, idAt, type TestTrail } from '../testing/test-trail.ts';
import { listEvents } from './list-events.ts';

const COMMON = 60_000;
const NOW_MS = Date.now();
const clock = { now: () => Date.now() };

let trail: TestTrail;
/** Account 1 has 60,000 events of one type, and two that are older; account 2 has a few. */
let rare: string[];
let few: string[];

async function store(accountId: number, type: string, ids: readonly string[]): Promise<void> {
  await trail.sql(
    `insert into event (account_id, lane, id, type, body)
    select $1, lane, id, $2, '{}' from unnest($3::smallint[], $4::uuid[]) as e (lane, id)`,
    [accountId, type, ids.map(laneOf), ids.map(uuidFromId)],
  );
}

beforeAll(async () => {
  trail = await createTestTrail({ days: 3 });
  rare = [NOW_MS - 2 * DAY_MS, NOW_MS - 2 * DAY_MS + 1].map(idAt);
  few = Array.from({ length: 300 }, (_, index) => idAt(NOW_MS - (index % 3) * DAY_MS - index));
  await store(1, 'rare.type', rare);
  await store(2, 'few.type', few);
  await store(
    1,
    'common.type',
    Array.from({ length: COMMON }, (_, index) => idAt(NOW_MS - index * 1_000)),
  );
  await trail.sql('analyze event');
});
afterAll(() => trail.drop());

/** Counts what is asked, and how many events the statements looked at. */
function counting(): { database: Runner; asked: () => number; examined: () => number } {
  let asked = 0;
  let examined = 0;
  return {
    asked: () => asked,
    examined: () => examined,
    database: {
      async run(query, params) {
        asked++;
        const rows = await trail.database.run(query, params);
        examined += (rows[0] as { examined: number }).examined;
        return rows;
      },
    },
  };
}

const request = {
  accountId: 1,
  filters: {},
  fromMs: undefined,
  toMs: undefined,
  descending: true,
  page: { size: 100 },
};

describe('listEvents', () => {
  it('reads a page without a filter in one statement, of 16 events a lane', async () => {
    const { database, asked, examined } = counting();
    for (const descending of [true, false]) {
      const page = await listEvents({ clock, database }, { ...request, descending });
      expect(page.rows).toHaveLength(100);
      expect(page.covered).toBeUndefined();
    }
    expect(asked()).toBe(2);
    expect(examined()).toBeLessThanOrEqual(2 * 64 * 16);
  });

  it('opens no more days than it needs, and every day once', async () => {
    const above: string[] = [];
    const database: Runner = {
      async run(query, params) {
        const scans = await explain(trail.database, query, params);
        above.push((params as { above: string }).above);
        days.push(
          new Set(scans.map(({ relation }) => relation).filter((name) => /\d$/.test(name))).size,
        );
        return trail.database.run(query, params);
      },
    };
    const days: number[] = [];
    await listEvents({ clock, database }, request);
    expect(idTimeMs(above[0] as string)).toBeGreaterThan(NOW_MS - 1.1 * DAY_MS);
    // Today, and what the 24 hours have of yesterday; tomorrow is made ahead.
    expect(days).toEqual([expect.toSatisfy((count: number) => count <= 3)]);
    above.length = 0;
    await listEvents({ clock, database }, { ...request, accountId: 99 });
    expect(above).toHaveLength(5);
    expect(above.toSorted().toReversed()).toEqual(above);
  });

  it('lists the events of one account in order, over lanes and days', async () => {
    for (const descending of [true, false]) {
      const seen: string[] = [];
      let page = await listEvents(
        { clock, database: trail.database },
        {
          ...request,
          accountId: 2,
          descending,
          page: { size: 7 },
        },
      );
      for (;;) {
        seen.push(...page.rows.map(({ id }) => id));
        if (page.after === undefined) break;
        const { after } = page;
        const next = { ...request, accountId: 2, descending, page: { size: 7, after } };
        page = await listEvents({ clock, database: trail.database }, next);
      }
      const sorted = few.toSorted();
      expect(seen).toEqual(descending ? sorted.toReversed() : sorted);
    }
  });

  it('goes on where one lane has more events of a moment than a read takes', async () => {
    const crowd: string[] = [];
    while (crowd.length < 70) {
      const id = idAt(NOW_MS - 1);
      if (laneOf(id) === 5) crowd.push(id);
    }
    await store(3, 'a.b', crowd);
    const page = await listEvents(
      { clock, database: trail.database },
      { ...request, accountId: 3 },
    );
    expect(page.rows.map(({ id }) => id)).toEqual(crowd.toSorted().toReversed());
    expect(page.after).toBeUndefined();
  });

  it.each([{ type: 'rare.type' }, { typePrefix: 'rare.' }])(
    'looks at 50,000 events a page for %j, and says how far it came',
    async (filters) => {
      const { database, examined } = counting();
      const parts = { clock, database, monotonic: () => 0 };
      const first = await listEvents(parts, { ...request, filters });
      expect(first.rows).toEqual([]);
      expect(examined()).toBeLessThanOrEqual(50_000);
      expect(examined()).toBeGreaterThan(40_000);
      expect(first.after).toEqual(first.covered);
      const covered = idTimeMs(first.covered?.id as string);
      expect(covered).toBeLessThan(NOW_MS - 30_000 * 1_000);
      const second = await listEvents(parts, {
        ...request,
        filters,
        page: { size: 100, after: first.after },
      });
      expect(second.rows.map(({ id }) => id)).toEqual(rare.toReversed());
      expect(second.after).toBeUndefined();
      expect(second.covered).toBeUndefined();
    },
  );

  it('ends a filtered page when its time is over', async () => {
    const { database, asked } = counting();
    let nowMs = 0;
    const monotonic = () => {
      nowMs += 200;
      return nowMs;
    };
    const filters = { type: 'rare.type' };
    const page = await listEvents({ clock, database, monotonic }, { ...request, filters });
    expect(asked()).toBe(2);
    expect(page.rows).toEqual([]);
    expect(page.covered).toBeDefined();
  });

  it('does not end a page of few events, however slow the machine is', async () => {
    let nowMs = 0;
    const monotonic = () => {
      nowMs += 10_000;
      return nowMs;
    };
    const filters = { type: 'no.type' };
    const parts = { clock, database: trail.database, monotonic };
    const page = await listEvents(parts, { ...request, accountId: 2, filters });
    expect(page).toEqual({ rows: [] });
  });

  it('reads one range of the key of each lane, and nothing of other accounts', async () => {
    const [server] = await trail.sql<{ version: number }>(
      `select current_setting('server_version_num')::integer as version`,
    );
    const isExact = (server?.version ?? 0) >= 180_000;
    for (const descending of [true, false]) {
      const statement = readAccountEvents.statement(descending, {});
      const scans = await explain(trail.database, statement, {
        accountId: 2,
        filters: {},
        above: firstIdAt(0),
        below: firstIdAt(NOW_MS + DAY_MS),
        perLane: 16,
        limit: 101,
      });
      for (const { index, condition } of scans) {
        expect(index).toMatch(/^event_\d+_pkey$/);
        expect(condition).toMatch(/lane = .*account_id = .*\bid /);
      }
      // Before PostgreSQL 18 a plan rounds the rows per loop.
      const least = ({ loops, rows }: Scan) => (isExact ? rows : rows - loops / 2);
      const rows = scans.reduce((sum, scan) => sum + least(scan), 0);
      expect(rows).toBeLessThanOrEqual(few.length + 101);
    }
  });
});
