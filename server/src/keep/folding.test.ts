import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { appendDeltas } from '../deltas/append-deltas.ts';
import { DeltaWriter } from '../deltas/delta-writer.ts';
import { findDeltas } from '../deltas/find-deltas.ts';
import { findUnfolded } from '../deltas/find-unfolded.ts';
import { idFromUuid, newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { countRollups } from '../rollups/count-rollups.ts';
import type { Sums } from '../rollups/sums.ts';
import type { DeltaRow } from '../sql/read-deltas.ts';
import { recordOutcomes } from '../sql/record-outcomes.ts';
import {
  createTestTrail,
  outcomeOf,
  storeInvocations,
  storeWebhook,
  type TestTrail,
} from '../testing/test-trail.ts';
import { Folding } from './folding.ts';

const log = pino({ level: 'silent' });

let trail: TestTrail;
let database: Database;
let writer: DeltaWriter;
let folding: Folding;
let webhookId: string;

const parts = () => ({
  clock: { now: () => Date.now() },
  database: trail.database,
  written: () => 0,
  log,
});

beforeEach(async () => {
  trail = await createTestTrail({ days: 4 });
  const clock = { now: () => Date.now() };
  writer = new DeltaWriter({ clock, database: trail.database, log });
  database = appendDeltas(trail.database, writer);
  folding = new Folding({ clock, database: trail.database, written: () => writer.count, log });
  webhookId = await storeWebhook(trail);
});
afterEach(async () => {
  await folding.stop();
  await writer.stop();
  await trail.drop();
});

interface Values {
  readonly atMs?: number;
  readonly status?: 'success' | 'server error';
  readonly durationMs?: number;
  readonly of?: string;
  readonly on?: Database;
}

/** Records an attempt that is final. */
async function attempt({
  atMs = Date.now(),
  status = 'success',
  durationMs = 20,
  of = webhookId,
  on = database,
}: Values = {}): Promise<void> {
  const [invocationId] = (await storeInvocations(trail, { webhookId: of })) as [string];
  const leasedUntilMs = Date.now() + 60_000;
  await trail.sql(
    'update invocation set leased = true, due_at = to_timestamp($1::float8 / 1000) where id = $2',
    [leasedUntilMs, uuidFromId(invocationId)],
  );
  const lease = { lane: laneOf(of), webhookId: of, invocationId, leasedUntilMs };
  const values = { status, durationMs, completedAtMs: atMs, retryInMs: null };
  await on.run(recordOutcomes, { outcomes: [outcomeOf(lease, values)], repeated: false });
}

/** The sums of a table of rollups, of webhooks only. */
async function sums(table = 'rollup_minute') {
  const [row] = await trail.sql<{ attempts: number; settled: number; duration: number }>(
    `select coalesce(sum(attempts), 0)::float8 as attempts, coalesce(sum(settled), 0)::float8 as settled,
      coalesce(sum(duration_ms), 0)::float8 as duration
    from ${table} where counted_id in (select id from webhook)`,
  );
  return row;
}

describe('on a Citus cluster, where each writer and each lane is a statement,', () => {
  const nowMs = Date.now();
  const spans = [
    { unit: 'minute', fromMs: nowMs - HOUR_MS, toMs: nowMs + HOUR_MS },
    { unit: 'hour', fromMs: nowMs - 5 * HOUR_MS, toMs: nowMs + HOUR_MS },
    { unit: 'day', fromMs: nowMs - 3 * DAY_MS, toMs: nowMs + DAY_MS },
  ] as const;

  function counts(
    citus: boolean,
    {
      webhookIds,
      knownIds = [],
      on = trail.database,
      span = spans[0],
    }: {
      readonly webhookIds?: readonly string[];
      readonly knownIds?: readonly string[];
      readonly on?: Pick<Database, 'run'>;
      readonly span?: (typeof spans)[number];
    } = {},
  ) {
    const by = knownIds.length > 0 ? (['webhook', 'status', 'error'] as const) : [];
    const { fromMs, toMs, unit } = span;
    const unitMs = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS }[unit];
    const whole = (ms: number) => Math.floor(ms / unitMs) * unitMs;
    return countRollups(
      { citus, database: on },
      {
        ...{ accountId: 1, webhookIds, knownIds, by, byStep: true, statuses: null, errors: null },
        chosen: { unit, fromMs: whole(fromMs), toMs: whole(toMs) },
      },
    );
  }

  const valuesOf = (sums: Sums) => ({ ...sums.counts, p50: sums.quantileMs(0.5) });
  const inOrder = (one: DeltaRow, other: DeltaRow) => one.number - other.number;

  const shown = ({ rows, total }: Awaited<ReturnType<typeof counts>>) => ({
    total: valuesOf(total),
    rows: rows.map(({ sums: of, ...row }) => JSON.stringify({ ...row, of: valuesOf(of) })).sort(),
  });

  it('counts are those of one statement, of what is folded and of what is not', async () => {
    const other = await storeWebhook(trail);
    const node = new Folding({ ...parts(), citus: true });
    for (const [index, of] of [webhookId, other, webhookId, other, webhookId].entries()) {
      await attempt({ of, atMs: nowMs - index * 40 * MINUTE_MS, durationMs: 10 ** index });
      if (index === 2) await node.sweep();
      await attempt({ of, status: 'server error' });
    }
    await trail.sql(`update writer set missing = array[next_number - 1], low = next_number - 1`);
    for (const span of spans) {
      for (const asked of [
        {},
        { webhookIds: [webhookId] },
        { webhookIds: [webhookId, other] },
        { knownIds: [webhookId, other] },
        { knownIds: [webhookId] },
      ]) {
        const apart = shown(await counts(true, { ...asked, span }));
        expect(apart).toEqual(shown(await counts(false, { ...asked, span })));
        expect(apart.total.attempts).toBeGreaterThan(0);
      }
    }
    expect(await findUnfolded(trail.database, 0, true)).toEqual(
      await findUnfolded(trail.database, 0, false),
    );
    const [{ id }] = (await trail.sql<{ id: string }>('select id from writer')) as [{ id: string }];
    const known = [{ writer: idFromUuid(id), first: 2, last: 4 }];
    for (const ranges of [known, []]) {
      const wanted = { ranges, newSinceMs: nowMs - DAY_MS, most: 3 };
      const [one, apart] = [
        await findDeltas(trail.database, wanted, false),
        await findDeltas(trail.database, wanted, true),
      ];
      expect(apart).toHaveLength(3);
      expect(apart.toSorted(inOrder)).toEqual(one.toSorted(inOrder));
    }
  });

  it('counts are read again when deltas are folded between two statements', async () => {
    for (let count = 0; count < 3; count++) await attempt();
    let folds = 0;
    let always = false;
    const on: Pick<Database, 'run'> = {
      async run(query, params) {
        const rows = await trail.database.run(query, params);
        if (query.name === 'read-lane-rollups-by-minute' && (always || folds === 0)) {
          folds++;
          if (always) await attempt();
          await folding.fold();
        }
        return rows;
      },
    };
    expect(shown(await counts(true, { on }))).toEqual(shown(await counts(false)));
    expect(shown(await counts(true)).total.attempts).toBe(3);
    expect(folds).toBe(1);
    always = true;
    await expect(counts(true, { on })).rejects.toThrow('folded while they were read');
    expect(folds).toBe(1 + 5);
  });
});

describe('folding', () => {
  it('counts each delta once, however often it runs', async () => {
    for (let count = 0; count < 5; count++) await attempt({ durationMs: 10 * (count + 1) });
    await folding.fold();
    await folding.fold();
    await attempt();
    await folding.fold();
    expect(await sums()).toEqual({ attempts: 6, settled: 6, duration: 170 });
  });

  it('counts by webhook, minute, status and class, with durations, and once more for the account', async () => {
    const other = await storeWebhook(trail);
    const atMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 5 * MINUTE_MS;
    await attempt({ atMs, durationMs: 1 });
    await attempt({ atMs: atMs + MINUTE_MS - 1, durationMs: 1_000 });
    await attempt({ atMs: atMs + MINUTE_MS });
    await attempt({ atMs, status: 'server error', of: other });
    await folding.fold();
    const rows = await trail.sql(
      `select counted_id, at, status, attempts::float8 as attempts, settled::float8 as settled,
        (select array_agg(b || ' ' || n order by b) from unnest(buckets, bucket_counts) u (b, n)) as buckets
      from rollup_minute order by at, status, attempts, counted_id`,
    );
    const account = '00000000000000000000000001';
    expect(rows).toHaveLength(6);
    expect(
      rows.filter((row) => row['counted_id'] === account).map((row) => row['attempts']),
    ).toEqual([2, 1, 1]);
    expect(rows.find((row) => row['counted_id'] === webhookId)).toMatchObject({
      at: new Date(atMs),
      status: 'success',
      attempts: 2,
      settled: 2,
      buckets: ['0 1', '72 1'],
    });
  });

  it('counts what is committed late, and waits for nothing', async () => {
    const other = new pg.Client({ connectionString: trail.url });
    await other.connect();
    await other
      .query(
        'begin; insert into delta (lane, writer, number, low, made_at, kind) values ' +
          `(1, gen_random_uuid(), 1, 1, now(), 'void')`,
      )
      .catch(() => other.query('rollback'));
    await attempt();
    // A statement of this process that is still running has the number 2.
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = appendDeltas(
      {
        ...trail.database,
        run: (query, params) => gate.then(() => trail.database.run(query, params)),
      },
      writer,
    );
    const late = attempt({ on: slow });
    while ((await trail.sql('select from invocation where leased')).length === 0);
    await attempt();
    await folding.fold();
    expect(await sums()).toMatchObject({ attempts: 2 });
    expect(
      await trail.sql('select next_number::int as next, missing::int[] as missing from writer'),
    ).toEqual([{ next: 4, missing: [2] }]);
    release();
    await late;
    await attempt();
    await folding.fold();
    expect(await sums()).toMatchObject({ attempts: 4 });
    await other.query('rollback');
    await other.end();
  });

  it('neither skips nor repeats what a node was folding when it was killed', async () => {
    for (let count = 0; count < 3; count++) await attempt();
    for (const name of ['fold-deltas', 'move-writer'] as const) {
      // The transaction ends without a commit, before and after each statement.
      for (const after of [false, true]) {
        const killed: Database = {
          ...trail.database,
          transaction: (work) =>
            trail.database.transaction((runner) =>
              work({
                async run(query, params) {
                  if (query.name === name && !after) throw new Error('killed');
                  const rows = await runner.run(query, params);
                  if (query.name === name) throw new Error('killed');
                  return rows;
                },
              }),
            ),
        };
        const clock = { now: () => Date.now() };
        const node = new Folding({ clock, database: killed, written: () => 0, log });
        await expect(node.fold()).rejects.toThrow('killed');
        expect(await sums()).toMatchObject({ attempts: 0 });
      }
    }
    await folding.fold();
    expect(await sums()).toMatchObject({ attempts: 3 });
  });

  it('is done once by many nodes at the same time', async () => {
    for (let count = 0; count < 300; count += 100) {
      await Promise.all(Array.from({ length: 10 }, () => attempt()));
    }
    const clock = { now: () => Date.now() };
    const nodes = Array.from(
      { length: 4 },
      () => new Folding({ clock, database: trail.database, written: () => 0, log }),
    );
    await Promise.all(nodes.map((node) => node.fold()));
    await folding.fold();
    expect(await sums()).toMatchObject({ attempts: 30, settled: 30 });
  });

  it('catches up in pieces', async () => {
    await attempt();
    const [{ id }] = (await trail.sql<{ id: string }>('select id from writer')) as [{ id: string }];
    await trail.sql(
      `insert into delta (
        lane, writer, number, low, made_at, kind, webhook_ids, lanes, statuses, error_classes, settled,
        durations_ms, completed_at
      )
      select lane, writer, n, n, made_at, kind, webhook_ids, lanes, statuses, error_classes, settled,
        durations_ms, completed_at
      from delta, generate_series(2, 2500) n where writer = $1 and number = 1`,
      [uuidFromId(id)],
    );
    await folding.fold();
    expect(await sums()).toMatchObject({ attempts: 2_500 });
    const folds = await trail.sql('select distinct fold from rollup_minute');
    expect(folds.length).toBe(3);
  });

  it('takes no more attempts at once than some ten thousand', async () => {
    await attempt();
    await trail.sql(
      `insert into delta (
        lane, writer, number, low, made_at, kind, webhook_ids, lanes, statuses, error_classes, settled,
        durations_ms, completed_at
      )
      select lane, writer, n, n, made_at, kind, array_fill(webhook_ids[1], array[30000]),
        array_fill(lanes[1], array[30000]), array_fill(statuses[1], array[30000]),
        array_fill(null::text, array[30000]), array_fill(true, array[30000]),
        array_fill(1, array[30000]), array_fill(completed_at[1], array[30000])
      from delta, generate_series(2, 5) n where number = 1`,
    );
    await folding.fold();
    expect(await sums()).toMatchObject({ attempts: 120_001 });
    expect(await trail.sql('select distinct fold from rollup_minute')).toHaveLength(2);
  });

  it('voids what a dead node left in flight, so its day can be dropped', async () => {
    await attempt();
    const [{ id }] = (await trail.sql<{ id: string }>('select id from writer')) as [{ id: string }];
    const add = (number: number, ago: string) =>
      trail.sql(
        `insert into delta (lane, writer, number, low, made_at, kind)
        values (1, $1, $2, 1, now() - $3::interval, 'void')`,
        [uuidFromId(id), number, ago],
      );
    await add(3, '1 minute');
    await folding.fold();
    await folding.fold();
    const missing = async () =>
      (await trail.sql<{ missing: number[] }>('select missing::int[] from writer'))[0]?.missing;
    expect(await missing()).toEqual([2]);
    await trail.sql(`update delta set made_at = now() - interval '3 minutes' where number = 3`);
    await folding.fold();
    expect(await missing()).toEqual([]);
    expect(await trail.sql('select from delta where number = 2')).toHaveLength(64);
    expect(await sums()).toMatchObject({ attempts: 1 });
  });

  it('counts an attempt whose time cannot be right when it was recorded', async () => {
    await attempt({ atMs: Date.now() - 30 * DAY_MS });
    await attempt({ atMs: Date.now() + 30 * DAY_MS });
    await folding.fold();
    expect(await sums()).toMatchObject({ attempts: 2 });
  });
});

describe('hours and days', () => {
  const dayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS;

  /** Counts that lie two days back, as if they were folded then. */
  async function past(values: Values & { atMs: number }): Promise<void> {
    await attempt({ ...values, atMs: Date.now() });
    await folding.fold();
    await trail.sql(`update rollup_minute set at = $1 where at > now() - interval '1 hour'`, [
      new Date(values.atMs),
    ]);
    await trail.sql(`delete from rollup_due where at > now() - interval '25 hours'`);
    for (const [unit, ms] of [
      ['hour', HOUR_MS],
      ['day', DAY_MS],
    ] as const) {
      await trail.sql(
        `insert into rollup_due (lane, unit, at) select distinct lane, $1, $2::timestamptz
        from rollup_minute on conflict do nothing`,
        [unit, new Date(Math.floor(values.atMs / ms) * ms)],
      );
    }
  }

  it('are made once they have ended, and again when something came late', async () => {
    await past({ atMs: dayMs + HOUR_MS, durationMs: 10 });
    await past({ atMs: dayMs + HOUR_MS + 5 * MINUTE_MS, durationMs: 30 });
    await past({ atMs: dayMs + 3 * HOUR_MS, durationMs: 10 });
    await folding.sweep();
    const made = { attempts: 3, settled: 3, duration: 50 };
    expect(await sums('rollup_hour')).toEqual(made);
    expect(await sums('rollup_day')).toEqual(made);
    expect(await trail.sql('select from rollup_due')).toEqual([]);
    await folding.sweep();
    await past({ atMs: dayMs + 3 * HOUR_MS + 1, durationMs: 50 });
    await folding.sweep();
    expect(await sums('rollup_hour')).toEqual({ attempts: 4, settled: 4, duration: 100 });
    expect(await sums('rollup_day')).toEqual({ attempts: 4, settled: 4, duration: 100 });
    const [day] = await trail.sql(
      `select (select array_agg(b || ' ' || n order by b) from unnest(buckets, bucket_counts) u (b, n)) as buckets
      from rollup_day
      where counted_id in (select id from webhook)`,
    );
    expect(day).toEqual({ buckets: ['24 2', '35 1', '41 1'] });
  });

  it('are marked once, and the marks are not written again by what is folded later', async () => {
    const marks = () =>
      trail.sql('select lane, unit, at, ctid, xmin from rollup_due order by 1, 2, 3');
    await attempt();
    await folding.fold();
    const before = await marks();
    expect(before.length).toBeGreaterThanOrEqual(2);
    await attempt();
    await folding.fold();
    expect(await sums()).toMatchObject({ attempts: 2 });
    // The hour may have ended between the two.
    expect(await marks()).toEqual(expect.arrayContaining(before));
  });

  it('miss no minute that is folded while they are made', async () => {
    await past({ atMs: dayMs });
    const fold = new pg.Client({ connectionString: trail.url });
    await fold.connect();
    const lane = laneOf(webhookId);
    await fold.query('begin');
    await fold.query(
      `insert into rollup_minute select at, duration_ms, attempts, settled, reopened, status, lane, counted_id,
        $1, error_class, buckets, bucket_counts from rollup_minute where lane = $2`,
      [uuidFromId(newId(Date.now())), lane],
    );
    await fold.query(
      `insert into rollup_due (lane, unit, at) select $1, 'hour', $2
      on conflict (lane, unit, at) do update set at = excluded.at where false`,
      [lane, new Date(dayMs)],
    );
    const sweep = folding.sweep();
    for (;;) {
      const waiting = await trail.sql('select from pg_locks where not granted');
      if (waiting.length > 0) break;
    }
    await fold.query('commit');
    await fold.end();
    await sweep;
    await folding.sweep();
    expect(await sums('rollup_day')).toMatchObject({ attempts: 2 });
  });
});
