import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../database/query.ts';
import { firstIdAt, idFromUuid, newId, uuidFromId } from '../model/ids.ts';
import { LANES } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { explain, type Scan } from '../testing/explain.ts';
import {
  createFilledTrail,
  DAYS,
  type FilledTrail,
  keyedEvent,
  LANE,
  NOW_MS,
} from '../testing/filled-trail.ts';
import { pretendRows } from '../testing/pretend-rows.ts';
import {
  idAt,
  outcomeOf,
  storeInvocations,
  storeWebhook,
  type TestTrail,
  webhooksOfLane,
} from '../testing/test-trail.ts';
import { claimInvocations } from './claim-invocations.ts';
import { closeBreaker } from './close-breaker.ts';
import { countDue } from './count-due.ts';
import { countOutcomes } from './count-outcomes.ts';
import { deleteExpiredKeys } from './delete-expired-keys.ts';
import { endInvocations } from './end-invocations.ts';
import { endOrphans } from './end-orphans.ts';
import { findArchivedInvocation } from './find-archived-invocation.ts';
import { findDueWebhooks } from './find-due-webhooks.ts';
import { findInvocationWebhook } from './find-invocation-webhook.ts';
import { insertEvents, insertKeyedEvents } from './insert-events.ts';
import { lockInvocations } from './lock-invocations.ts';
import { lockRateWindow } from './lock-rate-window.ts';
import { nextDue } from './next-due.ts';
import { openBreaker } from './open-breaker.ts';
import { parkInvocations } from './park-invocations.ts';
import { NO_FILTER } from './parts/invocation-filter.ts';
import { readAccountEvents } from './read-account-events.ts';
import { readAttemptTexts } from './read-attempt-texts.ts';
import { readBreakers } from './read-breakers.ts';
import { readCounts } from './read-counts.ts';
import { readCreatedInvocations } from './read-created-invocations.ts';
import { readDeltaMarks } from './read-delta-marks.ts';
import { readDeltaNumbers } from './read-delta-numbers.ts';
import { readDeltas, readWriterDeltas } from './read-deltas.ts';
import { readOwnEvent } from './read-event.ts';
import { readArchivedEventInvocations, readEventInvocations } from './read-event-invocations.ts';
import { readEvents } from './read-events.ts';
import { readFedEvents } from './read-fed-events.ts';
import { readFoundEvents } from './read-found-events.ts';
import { readFoundInvocations } from './read-found-invocations.ts';
import { readIdempotencyKeys } from './read-idempotency-keys.ts';
import { readInvocation } from './read-invocation.ts';
import { readInvocationsByKey } from './read-invocations-by-key.ts';
import {
  readCopiesNewest,
  readCopiesOldest,
  readItemsNewest,
  readItemsOldest,
} from './read-job-list.ts';
import { readLastDelta } from './read-last-delta.ts';
import { readLatestInvocations } from './read-latest-invocations.ts';
import { readNextDelta } from './read-next-delta.ts';
import { readOpenBreakers } from './read-open-breakers.ts';
import { readRateWindow } from './read-rate-window.ts';
import { recordOutcomes } from './record-outcomes.ts';
import { type LeaseRow, renewLeases } from './renew-leases.ts';
import { reopenBreaker } from './reopen-breaker.ts';
import { replayInvocation } from './replay-invocation.ts';
import { returnLeases } from './return-leases.ts';
import { searchAttempts } from './search-attempts.ts';
import { searchEvents } from './search-events.ts';
import { searchInvocationAttempts } from './search-invocation-attempts.ts';
import { takeProbe } from './take-probe.ts';
import { writeRateWindow } from './write-rate-window.ts';

let filled: FilledTrail;
let trail: TestTrail;
let crowded: string;
let neighbours: readonly string[];
let few: FilledTrail['few'];
/** Writers of today and of yesterday, each with the deltas 1 to `DELTAS`. */
let writers: readonly [string, string];
const DELTAS = 3_000;

/** Ten million rows take a while, if they are asked for. */
const FILL_MS = 60 * 60_000;

beforeAll(async () => {
  filled = await createFilledTrail();
  ({ trail, crowded, neighbours, few } = filled);
  writers = [newId(NOW_MS), idAt(NOW_MS - DAY_MS)];
  for (const writer of writers) {
    const id = uuidFromId(writer);
    await trail.sql('insert into writer (id, next_number) values ($1, $2)', [id, DELTAS - 100]);
    await trail.sql(
      `insert into delta (lane, writer, number, low, made_at, kind)
      select n % 64, $1, n, n, now(), 'void' from generate_series(1, $2::integer) n`,
      [id, DELTAS],
    );
  }
}, FILL_MS);
afterAll(() => filled.trail.drop());

const day = (atMs: number) => new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '');
const leases = (ago: readonly number[]): LeaseRow[] =>
  ago.map((index) => ({
    lane: LANE,
    webhookId: neighbours[0] as string,
    invocationId: few[index]?.id as string,
    leasedUntilMs: NOW_MS,
  }));
/** The days of a filled trail, each in a range of its own. */
const dayRanges = (nowMs: number) =>
  Array.from({ length: DAYS + 2 }, (_, index) => {
    const day = Math.floor(nowMs / DAY_MS) + 1 - index;
    return { firstId: firstIdAt(day * DAY_MS), endId: firstIdAt((day + 1) * DAY_MS) };
  });
/** Other indexes also begin with lane and webhook: they would read all of its entries. */
function expectKey(scans: readonly Scan[]): void {
  for (const { condition, index } of scans) {
    expect(index).toMatch(/_pkey$/);
    expect(condition).toMatch(/\bid = /);
  }
}
/** The partitions of a table that hold those rows. */
const partitions = (table: string, ago: readonly number[]) =>
  ago.map((index) => `${table}_${day(few[index]?.atMs as number)}`).sort();
const relations = (scans: readonly Scan[], prefix = '') =>
  [...new Set(scans.map((scan) => scan.relation))].filter((name) => name.startsWith(prefix)).sort();
const rowsOf = (scans: readonly Scan[]) => scans.reduce((sum, scan) => sum + scan.rows, 0);

/**
 * A new day's partition has no statistics yet, so plans are checked without and with them, and with
 * those of 10,000,000 rows (`pretendRows`). With so many rows indeed they are checked by
 * `HOOKTRAIL_TEST_PLAN_ROWS=10000000 npx vitest run server/src/sql/plans.test.ts`, which takes a quarter of
 * an hour.
 */
describe.each([
  ['without statistics', () => trail.sql('select 1')],
  ['with statistics', () => trail.sql('analyze')],
  ['with the statistics of 10,000,000 rows', () => pretendRows(trail, 10_000_000)],
] as const)('%s', (_when, prepare) => {
  beforeAll(async () => {
    await prepare();
  }, FILL_MS);

  async function scansOf<Params, Row>(
    statement: Query<Params, Row>,
    params: Params,
  ): Promise<Scan[]> {
    const scans = await explain(trail.database, statement, params);
    expect(scans.filter((scan) => scan.index === undefined)).toEqual([]);
    return scans;
  }

  it('claim-invocations reads no more than it takes, whatever waits for the neighbour', async () => {
    const wanted = neighbours.map((webhookId) => ({ webhookId, room: 64 }));
    const scans = await scansOf(claimInvocations, {
      lane: LANE,
      wanted,
      leaseMs: 30_000,
    });
    expect(relations(scans).every((name) => name.startsWith('invocation_'))).toBe(true);
    const taken = neighbours.length * DAYS;
    expect(rowsOf(scans)).toBeLessThanOrEqual(2 * taken);
  });

  it('the list of a job reads a page of its items, in both orders, however many jobs have', async () => {
    const job = newId(NOW_MS);
    const target = newId(NOW_MS);
    for (const id of [job, newId(NOW_MS), newId(NOW_MS)]) {
      await trail.sql(
        `insert into job_item (job_id, webhook_id, invocation_id, attempts_count, state, target_id)
select $1, $2, gen_random_uuid(), 1, 'succeeded', gen_random_uuid() from generate_series(1, 3000)`,
        [uuidFromId(id), uuidFromId(crowded)],
      );
    }
    const ends = { oldest: '0'.repeat(26), newest: `7${'Z'.repeat(25)}` };
    for (const [statement, index, id, untilId] of [
      [readItemsNewest, 'job_item_pkey', ends.newest, ends.oldest],
      [readItemsOldest, 'job_item_pkey', ends.oldest, ends.newest],
      [readCopiesNewest, 'job_item_target', ends.newest, ends.oldest],
      [readCopiesOldest, 'job_item_target', ends.oldest, ends.newest],
    ] as const) {
      const request = { jobId: job, id, webhookId: target, untilId, limit: 100 };
      const scans = await scansOf(statement, request);
      expect(scans.map((scan) => scan.index)).toEqual([index]);
      expect(rowsOf(scans)).toBe(100);
    }
  });

  it('claim-invocations reads no more of a backlog than the room', async () => {
    const room = 10;
    const scans = await scansOf(claimInvocations, {
      lane: LANE,
      wanted: [{ webhookId: crowded, room }],
      leaseMs: 30_000,
    });
    const found = scans.filter(({ index }) => /due_at/.test(index ?? ''));
    // The merge of the partitions looks one row ahead in each.
    expect(rowsOf(found)).toBeLessThanOrEqual(room + 2 * DAYS);
    expect(rowsOf(scans) - rowsOf(found)).toBe(room);
  });

  it.each([
    ['record-outcomes', [0, 2], false],
    ['record-outcomes, repeated', [0, 2], true],
    ['record-outcomes of one day', [3], false],
  ] as const)('%s reads the partitions of its invocations', async (_name, ago, repeated) => {
    const outcomes = leases(ago).map((lease) => outcomeOf(lease));
    const scans = await scansOf(recordOutcomes, {
      outcomes,
      repeated,
    });
    expect(relations(scans, 'invocation')).toEqual(partitions('invocation', ago));
    expectKey(scans.filter(({ relation }) => relation.startsWith('invocation')));
    expect(relations(scans, 'attempt')).toEqual(repeated ? partitions('attempt', ago) : []);
    expect(rowsOf(scans)).toBeLessThanOrEqual(2 * ago.length);
  });

  it('record-outcomes of one day names its partitions, and reads nothing else', async () => {
    const params = { outcomes: leases([3]).map((lease) => outcomeOf(lease)), repeated: true };
    const ofDay = recordOutcomes.ofDay?.(params) as typeof recordOutcomes;
    const name = day(few[3]?.atMs as number);
    for (const table of ['invocation', 'attempt', 'delta']) {
      expect(ofDay.text).toContain(`${table}_${name}`);
      expect(ofDay.text).not.toMatch(new RegExp(`(?:into|update|from) ${table}\\b(?!_)`));
    }
    const scans = await scansOf(ofDay, params);
    expect(relations(scans, 'invocation')).toEqual(partitions('invocation', [3]));
    expect(relations(scans, 'attempt')).toEqual(partitions('attempt', [3]));
    expectKey(scans.filter(({ relation }) => relation.startsWith('invocation')));
    expect(rowsOf(scans)).toBeLessThanOrEqual(2);
    const severalDays = leases([0, 2]).map((lease) => outcomeOf(lease));
    expect(recordOutcomes.ofDay?.({ outcomes: severalDays, repeated: false })).toBeUndefined();
  });

  it.each([
    ['renew-leases', (rows: LeaseRow[]) => scansOf(renewLeases, { leases: rows, leaseMs: 30_000 })],
    ['return-leases', (rows: LeaseRow[]) => scansOf(returnLeases, rows)],
    [
      'end-invocations',
      (rows: LeaseRow[]) =>
        scansOf(endInvocations, { leases: rows, reason: '', reasonCode: 'expired', entry: '{}' }),
    ],
    [
      'lock-invocations',
      (rows: LeaseRow[]) => scansOf(lockInvocations, { lane: LANE, invocations: rows }),
    ],
  ])('%s reads the partitions of its invocations', async (_name, run) => {
    const ago = [1, 4];
    const scans = await run(leases(ago));
    expect(relations(scans)).toEqual(partitions('invocation', ago));
    expect(rowsOf(scans)).toBeLessThanOrEqual(ago.length);
    expectKey(scans);
  });

  it.each([
    ['renew-leases', renewLeases, (leases: LeaseRow[]) => ({ leases, leaseMs: 30_000 })],
    ['return-leases', returnLeases, (leases: LeaseRow[]) => leases],
  ] as [string, Query<unknown, unknown>, (leases: LeaseRow[]) => unknown][])(
    '%s of one day names its partition, and reads nothing else',
    async (_name, query, paramsOf) => {
      const params = paramsOf(leases([3]));
      const ofDay = query.ofDay?.(params) as Query<unknown, unknown>;
      expect(ofDay.text).toContain(`update invocation_${day(few[3]?.atMs as number)} i`);
      const scans = await scansOf(ofDay, params);
      expect(relations(scans)).toEqual(partitions('invocation', [3]));
      expectKey(scans);
      expect(query.ofDay?.(paramsOf(leases([1, 4])))).toBeUndefined();
    },
  );

  it('end-orphans reads what it ends', async () => {
    const [webhookId] = neighbours as [string];
    const scans = await scansOf(endOrphans, {
      lane: LANE,
      webhookId,
      limit: 5,
      entry: '{}',
    });
    const found = scans.filter(({ index }) => /due_at/.test(index ?? ''));
    expect(rowsOf(found)).toBeLessThanOrEqual(5 + 2 * DAYS);
    expect(rowsOf(scans) - rowsOf(found)).toBe(5);
    await storeWebhook(trail, webhookId);
    const kept = await scansOf(endOrphans, {
      lane: LANE,
      webhookId,
      limit: 5,
      entry: '{}',
    });
    expect(relations(kept, 'invocation')).toEqual([]);
    await trail.sql('delete from webhook');
  });

  it('find-due-webhooks takes one step per webhook, not per row', async () => {
    const scans = await scansOf(findDueWebhooks, {
      lane: LANE,
      withinMs: 60_000,
      ranges: dayRanges(NOW_MS),
    });
    const webhooks = 1 + neighbours.length;
    expect(rowsOf(scans)).toBeLessThanOrEqual((webhooks + 1) * DAYS);
    expect(scans.every(({ index }) => /due_at/.test(index ?? ''))).toBe(true);
    // Each step reads one partition, that of its range.
    expect(scans.every(({ condition }) => /due_at/.test(condition ?? ''))).toBe(true);
  });

  it('find-due-webhooks reads no row of webhooks that wait for later', async () => {
    const lane = LANE + 1;
    for (const webhookId of webhooksOfLane(lane, 200)) {
      await storeInvocations(trail, { webhookId, dueInMs: 3_600_000 });
    }
    const params = { lane, withinMs: 60_000, ranges: dayRanges(NOW_MS) };
    expect(rowsOf(await scansOf(findDueWebhooks, params))).toBe(0);
    await trail.sql('delete from invocation where lane = $1', [lane]);
  });

  it('find-due-webhooks takes one step per webhook of a large backlog, with statistics too', async () => {
    const [template] = await storeInvocations(trail, { webhookId: neighbours[0] as string });
    await trail.sql(
      `insert into invocation
      select copy.*
      from invocation i, generate_series(0, 63) l, generate_series(1, 40) w, generate_series(1, 20) n,
        json_populate_record(i, json_build_object(
          'lane', l, 'webhook_id', md5('webhook' || l || ' ' || w)::uuid,
          'id', overlay(i.id::text placing right(md5(l || ' ' || w || ' ' || n), 12) from 25)::uuid,
          'due_at', now() - n * interval '1 second'
        )) copy
      where i.id = $1 and l <> i.lane`,
      [uuidFromId(template as string)],
    );
    const params = { lane: LANE + 1, withinMs: 60_000, ranges: dayRanges(NOW_MS) };
    const before = rowsOf(await scansOf(findDueWebhooks, params));
    await trail.sql('analyze invocation');
    const after = rowsOf(await scansOf(findDueWebhooks, params));
    await trail.sql('delete from invocation where lane <> $1 or id = $2', [
      LANE,
      uuidFromId(template as string),
    ]);
    // Before version 18, PostgreSQL counts rows rounded to whole ones for each loop.
    expect(Math.max(before, after)).toBeLessThanOrEqual(40 + 1);
  });

  it('find-invocation-webhook probes each webhook once, in the partition of the id', async () => {
    const [{ id } = { id: '' }] = few.slice(3);
    const webhookIds = [crowded, ...neighbours.slice(1), neighbours[0] as string];
    const scans = await scansOf(findInvocationWebhook, { id, webhookIds });
    expect(relations(scans)).toEqual(partitions('invocation', [3]));
    expectKey(scans);
    expect(scans.map(({ loops }) => loops)).toEqual([webhookIds.length]);
    expect(rowsOf(scans)).toBeLessThanOrEqual(1);
  });

  it.each([
    ['newest first', true, {}, true],
    ['oldest first', false, {}, true],
    ['newest first, by status', true, { statuses: ['timeout'] }, true],
    ['oldest first, by status', false, { statuses: ['timeout'] }, true],
    ['newest first, of all lanes', true, { statuses: ['timeout'] }, false],
    ['oldest first, of all lanes', false, {}, false],
  ] as const)(
    'read-created-invocations, %s, reads one range of the key for each webhook and day',
    async (_name, descending, filter, oneLane) => {
      const webhookIds = [crowded, ...neighbours];
      const most = 5;
      const [from, to] = [firstIdAt(NOW_MS - 4 * DAY_MS), firstIdAt(NOW_MS - 2 * DAY_MS)];
      const scans = await scansOf(
        readCreatedInvocations.statement({ descending, undelivered: false, oneLane }),
        {
          streams: webhookIds.map((webhookId) => ({
            webhookId,
            startId: descending ? to : from,
            held: null,
          })),
          filter: { ...NO_FILTER, ...filter },
          endId: descending ? from : to,
          most,
          limit: 10,
        },
      );
      const tables = scans.filter(({ relation }) => relation.startsWith('invocation'));
      expect(partitions('invocation', [2, 3, 4])).toEqual(
        expect.arrayContaining(relations(tables)),
      );
      for (const { condition, index, loops } of tables) {
        expect(index).toMatch(/_pkey$/);
        expect(condition).toMatch(/webhook_id = .*\bid [<>].*\bid [<>]/);
        expect(loops).toBeLessThanOrEqual(webhookIds.length);
      }
      // No webhook gives more, although one has 400 rows a day and none matches.
      expect(rowsOf(tables)).toBeLessThanOrEqual(webhookIds.length * most);
    },
  );

  it.each([
    ['newest first', true, true],
    ['oldest first', false, true],
    ['newest first, of all lanes', true, false],
    ['oldest first, of all lanes', false, false],
  ])(
    'read-created-invocations of what is undelivered, %s, reads the index of these rows only',
    async (_name, descending, oneLane) => {
      const [from, to] = [firstIdAt(NOW_MS - 4 * DAY_MS), firstIdAt(NOW_MS - 2 * DAY_MS)];
      const scans = await scansOf(
        readCreatedInvocations.statement({ descending, undelivered: true, oneLane }),
        {
          streams: [crowded, ...neighbours].map((webhookId) => ({
            webhookId,
            startId: descending ? to : from,
            held: null,
          })),
          filter: { ...NO_FILTER, states: [3, 4, 5] },
          endId: descending ? from : to,
          most: 5,
          limit: 10,
        },
      );
      const tables = scans.filter(({ relation }) => relation.startsWith('invocation'));
      expect(tables.length).toBeGreaterThan(0);
      for (const { index } of tables) expect(index).toMatch(/_lane_webhook_id_id_idx$|undelivered/);
      // Nothing has failed: nothing is read, of the 400 rows a day.
      expect(rowsOf(tables)).toBe(0);
    },
  );

  it.each([
    ['newest first', true, {}, true],
    ['oldest first', false, {}, true],
    ['newest first, by status', true, { statuses: ['timeout'] }, true],
    ['newest first, of all lanes', true, {}, false],
    ['oldest first, of all lanes, by status', false, { statuses: ['timeout'] }, false],
  ] as const)(
    'read-latest-invocations, %s, reads one range of one index for each stream and day',
    async (_name, descending, filter, oneLane) => {
      const webhookIds = [crowded, ...neighbours];
      const most = 5;
      const [firstId, endId] = [firstIdAt(NOW_MS - 4 * DAY_MS), firstIdAt(NOW_MS - 2 * DAY_MS)];
      const [lowUs, highUs] = [(NOW_MS - 9 * DAY_MS) * 1_000, (NOW_MS + DAY_MS) * 1_000];
      const scans = await scansOf(readLatestInvocations.statement({ descending, oneLane }), {
        streams: webhookIds.map((webhookId) => ({
          webhookId,
          firstId,
          endId,
          startUs: descending ? highUs : lowUs,
          startId: firstIdAt(0),
          held: null,
        })),
        filter: { ...NO_FILTER, ...filter },
        created: [],
        endUs: descending ? lowUs : highUs,
        most,
        limit: 10,
      });
      const tables = scans.filter(({ relation }) => relation.startsWith('invocation'));
      expect(partitions('invocation', [2, 3, 4])).toEqual(
        expect.arrayContaining(relations(tables)),
      );
      for (const { condition, index, loops } of tables) {
        expect(index).toMatch(/_latest_at_id_idx$/);
        expect(condition).toMatch(/webhook_id = .*ROW\(latest_at, id\) [<>]/);
        expect(loops).toBeLessThanOrEqual(webhookIds.length);
      }
      // The merge of the partitions looks one row ahead in each.
      expect(rowsOf(tables)).toBeLessThanOrEqual(webhookIds.length * (most + 2));
    },
  );

  it('the statements of the feed read the numbers that they ask for, in the partition of the writer', async () => {
    const [writer, other] = writers;
    const numbers = { writer, first: 100, last: 149 };
    const of = async <Params, Row>(statement: Query<Params, Row>, params: Params) => {
      // Without statistics PostgreSQL gathers the few writers by a bitmap first.
      const scans = await explain(trail.database, statement, params);
      const deltas = scans.filter(({ relation }) => relation.startsWith('delta'));
      for (const { condition, index } of deltas) {
        expect(index, statement.name).toMatch(/^delta_.*_pkey$/);
        expect(condition, statement.name).toMatch(/writer = /);
      }
      return { rows: rowsOf(deltas), partitions: relations(deltas) };
    };
    const today = [`delta_${day(NOW_MS)}`];
    expect(await of(readWriterDeltas, numbers)).toEqual({ rows: 50, partitions: today });
    expect(await of(readDeltaNumbers, numbers)).toEqual({ rows: 50, partitions: today });
    const marks = { writer, next: 1_000, missing: [990, 995], limit: 20 };
    const marked = await of(readDeltaMarks, marks);
    expect(marked.partitions).toEqual(today);
    expect(marked.rows).toBeLessThanOrEqual(10 + 20);
    expect((await of(readLastDelta, { writer })).rows).toBeLessThanOrEqual(1);
    expect((await of(readNextDelta, { writer, number: 2_000 })).rows).toBeLessThanOrEqual(1);
    const ranges = [numbers, { writer: other, first: 1, last: 10 }];
    const read = await of(readDeltas, { ranges, newSinceMs: NOW_MS + DAY_MS, most: 5 });
    expect(read.rows).toBeLessThanOrEqual(60);
    expect(read.partitions).toHaveLength(2);
    // A writer that is new comes with its first ones.
    const begun = { ranges: [numbers], newSinceMs: NOW_MS - 2 * DAY_MS, most: 5 };
    expect((await of(readDeltas, begun)).rows).toBeLessThanOrEqual(50 + 5);
  });

  it('what the feed shows is read by its keys', async () => {
    const [one, two] = [few[1], few[4]] as [FilledTrail['few'][number], FilledTrail['few'][number]];
    const webhookId = neighbours[0] as string;
    const keys = [one, two].map(({ id }) => ({ webhookId, id }));
    const events = [one, two].map(({ eventId }) => ({ accountId: 1, id: eventId }));
    const invocations = await scansOf(readInvocationsByKey, keys);
    expectKey(invocations);
    expect(relations(invocations)).toEqual(partitions('invocation', [1, 4]));
    expect(rowsOf(invocations)).toBeLessThanOrEqual(2);
    const bodies = await scansOf(readFedEvents, { events, maxBytes: 8_192 });
    expectKey(bodies);
    expect(relations(bodies)).toEqual(partitions('event', [1, 4]));
    expect(rowsOf(bodies)).toBe(2);
  });

  it('search-invocation-attempts reads the attempts of its invocations', async () => {
    const [first] = await trail.sql<{ id: string }>(
      'select min(invocation_id::text)::uuid as id from attempt where number = 1',
    );
    const invocations = [
      { webhook_id: crowded, id: idFromUuid(first?.id as string) },
      { webhook_id: neighbours[0] as string, id: few[2]?.id as string },
    ];
    const patterns = { all: ['%order%'], any: ['%'] };
    const scans = await scansOf(searchInvocationAttempts, { invocations, patterns });
    for (const { condition, index } of scans) {
      expect(index).toMatch(/^attempt_.*_pkey$/);
      expect(condition).toMatch(/lane = .*invocation_id = /);
    }
    expect(rowsOf(scans)).toBeLessThanOrEqual(1);
    expect(relations(scans).length).toBeLessThanOrEqual(2);
  });

  describe('statements on what is archived', () => {
    const months = (scans: readonly Scan[]) => relations(scans, 'archive_');
    const patterns = { all: ['%order%'], any: ['%'] };
    const filter = NO_FILTER;
    /** The scans of archive tables, of which each is a search of an index by these columns. */
    async function archived<Params, Row>(
      statement: Query<Params, Row>,
      params: Params,
      condition: RegExp,
    ) {
      const scans = await explain(trail.database, statement, params);
      const some = scans.filter(({ relation }) => relation.startsWith('archive_'));
      expect(some.length, statement.name).toBeGreaterThan(0);
      for (const scan of some) {
        // Without statistics PostgreSQL 15 may gather rows by a bitmap of the index: their number says enough.
        if (scan.type === 'Bitmap Heap Scan') continue;
        expect(scan.index, statement.name).toBeDefined();
        expect(scan.condition, statement.name).toMatch(condition);
      }
      return some;
    }

    it('by key read one row of one month', async () => {
      const [one] = few.slice(2) as [FilledTrail['few'][number]];
      const webhookId = neighbours[0] as string;
      const lane = LANE;
      const invocation = { lane, webhookId, id: one.id };
      const events = [{ accountId: 1, id: one.eventId }];
      const wanted = [{ webhookId, held: null, firstId: one.id, lastId: one.id }];
      const probe = { webhookIds: [crowded, webhookId], firstId: one.id, lastId: one.id };
      const webhooks = [crowded, webhookId].map((id) => ({ id, held: null }));
      const attempt = { lane, webhook_id: webhookId, invocation_id: one.id, number: 1 };
      const byId = /lane = .*\bid [>=]/;
      const ofEvent = /webhook_id = .*event_id = /;
      for (const scans of [
        await archived(readEvents.archived, { events, maxBytes: 100 }, byId),
        await archived(readFoundEvents.archived, events, byId),
        await archived(readInvocation.archived, invocation, byId),
        await archived(readFoundInvocations.archived, { wanted, filter }, byId),
        await archived(readArchivedEventInvocations, { ...probe, eventId: one.eventId }, ofEvent),
        await archived(
          findArchivedInvocation,
          { ...probe, webhooks, eventId: one.eventId, filter },
          ofEvent,
        ),
        await archived(readAttemptTexts.archived, [attempt], /webhook_id = .*invocation_id = /),
      ]) {
        expect(rowsOf(scans)).toBeLessThanOrEqual(1);
        expect(months(scans)).toHaveLength(1);
      }
    });

    it('of lists read as far as they ask', async () => {
      const most = 5;
      const [from, to] = [firstIdAt(NOW_MS - 40 * DAY_MS), firstIdAt(NOW_MS + DAY_MS)];
      const webhookIds = [crowded, ...neighbours];
      for (const descending of [true, false]) {
        const streams = webhookIds.map((webhookId) => ({
          webhookId,
          startId: descending ? to : from,
          held: null,
        }));
        const created = await archived(
          readCreatedInvocations.archived.statement({
            descending,
            undelivered: false,
            oneLane: false,
          }),
          { streams, filter, endId: descending ? from : to, most, limit: 10 },
          /webhook_id = .*\bid [<>]/,
        );
        // A merge of months reads one row of each; on the first of a month some webhooks have rows in two.
        expect(rowsOf(created)).toBeLessThanOrEqual(webhookIds.length * (most + 3));
        const [lowUs, highUs] = [0, (NOW_MS + DAY_MS) * 1_000];
        const latest = await archived(
          readLatestInvocations.archived.statement({ descending, oneLane: false }),
          {
            streams: webhookIds.map((webhookId) => ({
              ...{ webhookId, firstId: from, endId: to, held: null, startId: firstIdAt(0) },
              startUs: descending ? highUs : lowUs,
            })),
            ...{ filter, created: [], endUs: descending ? lowUs : highUs, most, limit: 10 },
          },
          /webhook_id = .*latest_at/,
        );
        expect(rowsOf(latest)).toBeLessThanOrEqual(webhookIds.length * (most + 3));
        const events = await archived(
          readAccountEvents.archived.statement(descending, {}),
          { accountId: 1, filters: {}, above: from, below: to, perLane: 2, limit: 5 },
          /lane = .*account_id = .*\bid [<>=]/,
        );
        // Of each lane two, and those of the page again.
        expect(rowsOf(events)).toBeLessThanOrEqual(64 * 2 + 5);
      }
    });

    it('of searches read the span, at the webhooks that they name', async () => {
      const span = { fromId: firstIdAt(NOW_MS - DAY_MS / 2), untilId: firstIdAt(NOW_MS + DAY_MS) };
      const webhooks = [{ id: neighbours[0] as string, held: null }];
      const attempts = await archived(
        searchAttempts.archived,
        { ...span, webhooks, patterns, filter, limit: 10 },
        /lane = .*webhook_id = /,
      );
      // Of the neighbour's two invocations of today none was attempted; the other webhook has hundreds.
      expect(rowsOf(attempts)).toBeLessThanOrEqual(2);
      const texts = { ...span, accountId: 1, patterns, filter, limit: 10 };
      expect(
        rowsOf(await archived(searchEvents.archived, { ...texts, accountId: 2 }, /account_id = /)),
      ).toBe(0);
      const events = await archived(
        searchEvents.archived,
        texts,
        /lane = .*account_id = .*\bid >=/,
      );
      const [count] = await trail.sql<{ rows: number }>(
        'select count(*)::integer as rows from archive_event where id >= $1 and account_id = 1',
        [uuidFromId(span.fromId)],
      );
      // Before PostgreSQL 18 a plan rounds the rows per loop: there is one a lane.
      expect(rowsOf(events)).toBeLessThanOrEqual((count?.rows ?? 0) + LANES / 2);
    });
  });

  it('next-due reads one row of each partition', async () => {
    const scans = await scansOf(nextDue, {
      lane: LANE,
      webhooks: [crowded, ...neighbours].map((webhookId) => ({ webhookId })),
    });
    expect(rowsOf(scans)).toBeLessThanOrEqual((1 + neighbours.length) * (DAYS + 1));
  });

  it('read-events reads the partitions of its events', async () => {
    const events = [few[1]?.eventId, few[5]?.eventId].map((id) => ({
      accountId: 1,
      id: id as string,
    }));
    const scans = await scansOf(readEvents, { events, maxBytes: 8_192 });
    expectKey(scans);
    expect(relations(scans)).toEqual(partitions('event', [1, 5]));
    expect(rowsOf(scans)).toBe(2);
  });

  it('read-own-event probes one index of each day, whatever else has the id', async () => {
    const own = { accountId: 2, type: 'own.id', body: '{}', ownId: 'order-1' };
    const events = Array.from({ length: 200 }, () => ({ ...own, id: newId(NOW_MS) }));
    events.push({ ...own, accountId: 1, id: newId(NOW_MS) });
    await trail.database.run(insertEvents, {
      versions: [],
      events,
      invocations: [],
      leaseMs: 1,
    });
    for (const accountId of [1, 2, 3]) {
      const scans = await scansOf(readOwnEvent, { accountId, ownId: 'order-1' });
      for (const { index, condition } of scans) {
        expect(index).not.toMatch(/_pkey$/);
        expect(condition).toMatch(/account_id = .*own_id = /);
      }
      expect(rowsOf(scans)).toBeLessThanOrEqual(1);
    }
    await trail.sql(`delete from event where type = 'own.id'`);
  });

  it('read-event-invocations probes each webhook once, in the partition of the event', async () => {
    const [{ id } = { id: '' }] = few.slice(3);
    const webhookIds = [crowded, ...neighbours.slice(1), neighbours[0] as string];
    const scans = await scansOf(readEventInvocations, { webhookIds, firstId: id, lastId: id });
    expect(relations(scans)).toEqual(partitions('invocation', [3]));
    for (const { condition, index } of scans) {
      expect(index).toMatch(/_pkey$/);
      expect(condition).toMatch(/lane = .*webhook_id = .*\bid >= /);
    }
    expect(scans.map(({ loops }) => loops)).toEqual([webhookIds.length]);
    // Before PostgreSQL 18 a plan rounds the rows per loop.
    expect(rowsOf(scans)).toBeLessThanOrEqual(1);
  });

  it('insert-events reads the row of each account, with keys or without', async () => {
    const id = newId(NOW_MS);
    const accepted = {
      versions: [{ accountId: 1, version: 0 }],
      events: [{ id, accountId: 1, type: 'a.b', body: '{}' }],
      invocations: [
        { id, lane: LANE, webhookId: crowded, eventId: id, eventType: 'a.b', leased: true },
      ],
      leaseMs: 30_000,
    };
    const one = await scansOf(insertEvents, accepted);
    expect(one.map(({ index }) => index)).toEqual(['account_pkey']);
    expect(rowsOf(one)).toBeLessThanOrEqual(1);
    const keys = [keyedEvent('key 2'), keyedEvent('key 3'), keyedEvent('new')];
    const keyed = await scansOf(insertKeyedEvents, { ...accepted, keys });
    expect(keyed.map(({ index }) => index)).toEqual(['account_pkey']);
  });

  it('the statements on idempotency keys read only their own keys', async () => {
    const rows = [keyedEvent('key 2'), keyedEvent('key 3'), keyedEvent('new')];
    const read = await scansOf(readIdempotencyKeys, rows);
    expect(read.map(({ index }) => index)).toEqual(['idempotency_key_pkey']);
    // Two rows in three loops: before PostgreSQL 18 a plan rounds the rows per loop.
    expect(rowsOf(read)).toBeLessThanOrEqual(rows.length);
    const { lane } = keyedEvent('key 1');
    const deleted = await scansOf(deleteExpiredKeys, { lane, limit: 5 });
    expect(rowsOf(deleted)).toBeLessThanOrEqual(10);
  });

  it('park-invocations reads the page that it writes, not the backlog', async () => {
    const limit = 10;
    const parked = {
      lane: LANE,
      webhookId: crowded,
      status: 'throttled' as const,
      ends: false,
      entry: '{}',
      reason: '',
      reasonCode: 'rate limit' as const,
      fromUs: 0,
      limit,
    };
    const scans = await scansOf(parkInvocations, parked);
    const found = scans.filter(({ index }) => /due_at/.test(index ?? ''));
    expect(rowsOf(found)).toBeLessThanOrEqual(limit + 2 * DAYS);
    expect(rowsOf(scans) - rowsOf(found)).toBe(limit);
    // A later page does not read the rows before it.
    const later = await scansOf(parkInvocations, {
      ...parked,
      fromUs: (Date.now() + DAY_MS) * 1_000,
    });
    expect(rowsOf(later)).toBe(0);
  });

  it('replay-invocation reads the partition of its invocation', async () => {
    const [{ id } = { id: '' }] = few.slice(2);
    const scans = await scansOf(replayInvocation, {
      accountId: 1,
      version: 0,
      lane: LANE,
      webhookId: neighbours[0] as string,
      id,
      entry: '{}',
      leased: true,
      leaseMs: 30_000,
    });
    expect(relations(scans)).toEqual([...partitions('invocation', [2]), 'account'].sort());
    // The invocation is looked at, and then changed.
    expect(rowsOf(scans)).toBe(3);
  });

  it('the statements on gates read the rows of their webhook', async () => {
    const webhookId = crowded;
    const one = { lane: LANE, webhookId };
    const counts = [{ ...one, requests: 5, errors: 5, windowMs: 300_000 }];
    for (const id of [crowded, ...neighbours]) {
      const of = { lane: LANE, webhookId: await storeWebhook(trail, id) };
      await trail.database.run(countOutcomes, [{ ...of, requests: 1, errors: 1, windowMs: 1 }]);
      await trail.database.run(openBreaker, { ...of, openMs: 0, reason: '' });
      await trail.database.run(lockRateWindow, of);
    }
    // One row, or one for each 10 s slot that this test has lasted; all webhooks together have at
    // least six.
    const few = async <Params, Row>(statement: Query<Params, Row>, params: Params) =>
      expect(rowsOf(await scansOf(statement, params)), statement.name).toBeLessThanOrEqual(4);
    await few(countOutcomes, counts);
    await few(readCounts, { ...one, windowMs: 300_000 });
    await few(readBreakers, [webhookId]);
    await few(takeProbe, { ...one, holdMs: 1_000 });
    await few(reopenBreaker, { ...one, factor: 2, maxOpenMs: 60_000 });
    await few(closeBreaker, one);
    await few(readRateWindow, one);
    expect(
      rowsOf(await scansOf(countDue, { ...one, limit: 10 })),
      'count-due reads no further than its limit',
    ).toBeLessThanOrEqual(10 + DAYS);
    await few(writeRateWindow, { ...one, permits: '[]' });
    // Without statistics PostgreSQL 15 gathers the rows by a bitmap first.
    const open = await explain(trail.database, readOpenBreakers, undefined);
    expect(open.map(({ type }) => type)).not.toContain('Seq Scan');
    await trail.sql('delete from webhook');
  });
});

it('can be checked with the statistics of rows that are not there', async () => {
  await pretendRows(trail, 10_000_000);
  const [{ 'QUERY PLAN': plans }] = (await trail.sql(
    'explain (format json) select from invocation',
  )) as [{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }];
  expect(plans[0].Plan['Plan Rows']).toBeGreaterThan(9_000_000);
});
