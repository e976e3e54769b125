import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Folding } from '../../keep/folding.ts';
import { newId, uuidFromId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let folding: Folding;
let orders: string;
let others: string;
let deleted: string;
let foreign: string;
let number: number;
let writer: string;

/** The start of the last full hour but one, so that no test runs over an end. */
const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;

beforeAll(async () => {
  api = await startTestApi({ retentionDays: 30 });
  orders = (await api.webhook({ name: 'Orders, EU' })).id;
  others = (await api.webhook({ name: 'Others' })).id;
  deleted = (await api.webhook({ name: 'Gone' })).id;
  foreign = (await api.webhook({ name: 'Orders, EU' }, 'admin-2')).id;
  expect((await api.call('DELETE', `/api/v2/webhooks/${deleted}`)).status).toBe(204);
  const log = pino({ level: 'silent' });
  const clock = { now: () => Date.now() };
  folding = new Folding({ clock, database: api.database, written: () => 0, log });
});
afterAll(async () => {
  await folding.stop();
  await api.stop();
});

beforeEach(async () => {
  for (const table of [
    'delta',
    'writer',
    'rollup_minute',
    'rollup_hour',
    'rollup_day',
    'rollup_due',
  ]) {
    await api.sql(`delete from ${table}`);
  }
  number = 0;
  writer = newId(Date.now());
  await api.sql('insert into writer (id) values ($1)', [uuidFromId(writer)]);
});

interface Attempt {
  readonly of?: string;
  readonly status?: string;
  readonly error?: string | null;
  readonly settled?: boolean;
  readonly ms?: number;
  readonly atMs?: number;
}

/** A delta of attempts. */
async function attempted(attempts: readonly Attempt[], kind = 'attempted'): Promise<void> {
  number++;
  const all = attempts.map((one) => ({
    of: orders,
    status: 'success',
    error: null,
    settled: true,
    ms: 20,
    atMs: hourMs + 5 * MINUTE_MS,
    ...one,
  }));
  await api.sql(
    `insert into delta (lane, writer, number, low, made_at, kind, webhook_ids, lanes, statuses, error_classes,
      settled, durations_ms, completed_at)
    values (0, $1, $2, $2, to_timestamp($3::float8 / 1000), $4::delta_kind, $5, $6, $7::delivery_status[], $8,
      $9, $10, $11)`,
    [
      uuidFromId(writer),
      number,
      Math.max(...all.map((one) => one.atMs)),
      kind,
      all.map((one) => uuidFromId(one.of)),
      all.map((one) => laneOf(one.of)),
      all.map((one) => one.status),
      all.map((one) => one.error),
      all.map((one) => one.settled),
      all.map((one) => one.ms),
      all.map((one) => new Date(one.atMs)),
    ],
  );
}

async function counts(query: Record<string, string> = {}, token = 'read-1') {
  const url = `/v1/counts?${new URLSearchParams(query)}`;
  const answer = await api.call('GET', url, undefined, { token });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

async function refused(query: Record<string, string>): Promise<string> {
  const { status, body } = await api.call('GET', `/v1/counts?${new URLSearchParams(query)}`);
  expect(status).toBe(400);
  return `${body.errors[0].field}: ${body.errors[0].message}`;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** The same before folding, after it, and once hours and days are made. */
async function everyWay(check: () => Promise<void>): Promise<void> {
  await check();
  await folding.fold();
  await check();
  await api.sql(`update rollup_due set at = at`);
  // As if the hour and the day had ended.
  const due = await api.sql(`select distinct lane, unit, at from rollup_due`);
  expect(due.length).toBeGreaterThan(0);
  await made();
  await check();
}

/** Makes the hours and days although they have not ended. */
async function made(): Promise<void> {
  const { makeRollupDay, makeRollupHour } = await import('../../sql/make-rollups.ts');
  for (const unit of ['hour', 'day'] as const) {
    const rows = await api.sql('delete from rollup_due where unit = $1 returning lane, at', [unit]);
    for (const row of rows) {
      await api.database.run(unit === 'hour' ? makeRollupHour : makeRollupDay, row as never);
    }
  }
}

describe('GET /v1/counts', () => {
  it('sums what an account attempted and settled in the last day, with durations', async () => {
    await attempted([
      { ms: 100 },
      { ms: 300 },
      { of: others, status: 'failed', error: 'dns', settled: false, ms: 5 },
      { of: foreign },
    ]);
    await attempted([{ of: deleted, status: 'failed', settled: true }], 'ended');
    await attempted([{ status: 'failed' }, { settled: false }], 'replayed');
    await everyWay(async () => {
      const { counts: rows, total, meta } = await counts();
      expect(rows).toEqual([]);
      expect(total).toMatchObject({
        attempts: 3,
        succeeded: 2,
        success_share: 0.6667,
        settled: 3,
        delivered: 2,
        reopened: 1,
        duration_ms: { mean: 135 },
      });
      expect(total.duration_ms.p50).toBeGreaterThan(95);
      expect(total.duration_ms.p50).toBeLessThan(105);
      expect(total.duration_ms.p99).toBeGreaterThan(285);
      expect(total.duration_ms.p99).toBeLessThan(315);
      expect(meta).toMatchObject({ unit: 'hour' });
      expect(meta.counted_until).toBeUndefined();
    });
    expect((await counts({}, 'admin-2')).total).toMatchObject({ attempts: 1, settled: 1 });
  });

  it('has rows by webhook, status and error, of deleted webhooks too', async () => {
    await attempted([{}, {}, { of: others, status: 'failed', error: 'dns' }, { of: deleted }]);
    await everyWay(async () => {
      const { counts: byWebhook, total } = await counts({ by: 'webhook' });
      expect(total.attempts).toBe(4);
      expect(byWebhook).toHaveLength(3);
      expect(byWebhook[0]).toMatchObject({
        webhook: { id: orders, name: 'Orders, EU' },
        attempts: 2,
      });
      const gone = byWebhook.find((row: { webhook: { id: string } }) => row.webhook.id === deleted);
      expect(gone.webhook.deleted_at).toBeDefined();
      const { counts: both } = await counts({ by: 'status,error' });
      expect(both).toMatchObject([
        { status: 'success', attempts: 3 },
        { status: 'failed', error_class: 'dns', attempts: 1 },
      ]);
      expect(both[0]).not.toHaveProperty('error_class');
    });
  });

  it('keeps counts of webhooks that are forgotten, in a row without one', async () => {
    await attempted([{ of: deleted }, {}]);
    await folding.fold();
    const rows = await api.sql('delete from deleted_webhook returning *');
    const { counts: byWebhook, total } = await counts({ by: 'webhook' });
    expect(total.attempts).toBe(2);
    expect(byWebhook).toHaveLength(2);
    expect(byWebhook.filter((row: object) => !('webhook' in row))).toMatchObject([{ attempts: 1 }]);
    for (const row of rows) {
      await api.sql(
        `insert into deleted_webhook (id, account_id, version, name) values ($1, $2, $3, $4)`,
        [row['id'], row['account_id'], row['version'], row['name']],
      );
    }
  });

  it('counts what a query selects', async () => {
    await attempted([
      {},
      { of: others, status: 'failed', error: 'dns' },
      { of: others, status: 'timeout', error: 'timeout' },
      { status: 'failed', error: 'connection refused' },
    ]);
    await everyWay(async () => {
      const of = async (q: string) => (await counts({ q })).total.attempts;
      expect(await of('webhook:Others')).toBe(2);
      expect(await of('-webhook:Others')).toBe(2);
      expect(await of('status:failed')).toBe(2);
      expect(await of('-status:failed,timeout')).toBe(1);
      expect(await of('error:dns')).toBe(1);
      expect(await of('-error:dns')).toBe(3);
      expect(await of('webhook:nobody')).toBe(0);
      expect(await of(`webhook:${foreign}`)).toBe(0);
      expect(await of('origin:local')).toBe(4);
      const parameters = { webhook: 'Others', status: 'failed' };
      expect((await counts(parameters)).total.attempts).toBe(1);
    });
  });

  it('takes times as those of completion, to the whole unit', async () => {
    await attempted([
      { atMs: hourMs },
      { atMs: hourMs + 59_999 },
      { atMs: hourMs + MINUTE_MS },
      { atMs: hourMs + 30 * MINUTE_MS },
    ]);
    await everyWay(async () => {
      const span = { since: iso(hourMs + 30_000), until: iso(hourMs + MINUTE_MS - 1_000) };
      const { total, meta } = await counts({ ...span, step: 'minute' });
      expect(total.attempts).toBe(2);
      expect(meta).toEqual({ from: iso(hourMs), to: iso(hourMs + MINUTE_MS), unit: 'minute' });
      const q = `completed:${iso(hourMs)}..${iso(hourMs + MINUTE_MS)}`;
      expect((await counts({ q, step: 'minute' })).total.attempts).toBe(3);
    });
  });

  it.each([
    ['minute', MINUTE_MS],
    ['hour', HOUR_MS],
    ['day', DAY_MS],
  ] as const)('has a row for each %s that has something', async (step, ms) => {
    await attempted([
      { atMs: hourMs },
      { atMs: hourMs + MINUTE_MS, status: 'failed' },
      { atMs: hourMs + MINUTE_MS },
      { atMs: hourMs - 2 * HOUR_MS },
      { atMs: hourMs - 3 * HOUR_MS },
    ]);
    const at = (one: number) => iso(Math.floor(one / ms) * ms);
    const times = [
      hourMs,
      hourMs + MINUTE_MS,
      hourMs + MINUTE_MS,
      hourMs - 2 * HOUR_MS,
      hourMs - 3 * HOUR_MS,
    ];
    const expected = new Map<string, number>();
    for (const one of times) expected.set(at(one), (expected.get(at(one)) ?? 0) + 1);
    await everyWay(async () => {
      const { counts: rows, total } = await counts({ step, since: iso(hourMs - 4 * HOUR_MS) });
      expect(total.attempts).toBe(5);
      expect(rows.map((row: { at: string; attempts: number }) => [row.at, row.attempts])).toEqual(
        [...expected].sort(([one], [other]) => (one < other ? -1 : 1)),
      );
    });
  });

  it('says until when it counts where folding is far behind', async () => {
    await attempted([{}]);
    await api.sql(
      `insert into delta (lane, writer, number, low, made_at, kind, webhook_ids, lanes, statuses, error_classes,
        settled, durations_ms, completed_at)
      select lane, writer, n, n, made_at + n * interval '1 millisecond', kind, webhook_ids, lanes, statuses,
        error_classes, settled, durations_ms, completed_at
      from delta, generate_series(2, 1500) n`,
    );
    const behind = await counts();
    expect(behind.total.attempts).toBe(1_000);
    expect(behind.meta.counted_until).toBe(iso(hourMs + 5 * MINUTE_MS + 1_001));
    await folding.fold();
    expect((await counts()).total.attempts).toBe(1_500);
  });

  it('counts what rollups cannot by reading, up to 10,000', async () => {
    for (let count = 0; count < 3; count++) {
      await api.invocation(orders, { createdMs: Date.now() - HOUR_MS, statusCode: 404 });
    }
    const { live, counts: rows, total, meta } = await counts({ q: 'code:404' });
    expect(live).toEqual({ invocations: 3, more: false });
    expect(rows).toEqual([]);
    expect(total).toBeUndefined();
    expect(meta.from < meta.to).toBe(true);
    expect((await counts({ q: 'code:404' }, 'admin-2')).live.invocations).toBe(0);
    const [first] = await api.sql('select id from invocation limit 1');
    await api.sql(
      `insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at, status_code, status)
      select $2, (left($1::uuid::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, $3, $1::uuid, 'a.b', now(), 404, 'failed'
      from generate_series(1, 10100) n`,
      [first?.id, laneOf(orders), uuidFromId(orders)],
    );
    const many = await counts({ q: 'code:404' });
    expect(many.live.more).toBe(true);
    expect(many.live.invocations).toBeLessThanOrEqual(10_000);
    await api.sql('delete from invocation');
  });

  it.each([
    [{ q: 'type:a.b', by: 'status' }, /^by: by: rows are counted for webhook, .* also has type;/],
    [{ q: 'code:404 type:a.b', step: 'hour' }, /^step: .* the query also has code, type;/],
    [{ q: 'word' }, /^q: q: field text: countInvocations cannot serve words/],
    [{ q: 'statsu:failed' }, /did you mean "status"/],
    [{ by: 'type' }, /^by: .*that matches \^\(webhook\|status\|error\).*, got "type"/],
    [{ step: 'week' }, /^step: /],
    [{ q: '-completed:2026-11-01..2026-11-02' }, /^q: q: counts are of one span of time/],
    [
      { since: '3d', step: 'minute' },
      /^step: the span has \d+ steps, and at most 1500 are answered/,
    ],
    [
      { since: '60d', until: '59d', step: 'minute' },
      /^step: step=minute goes back 14 days at most/,
    ],
    [{ unknown: '1' }, /^unknown: unknown is not a parameter/],
    [{ 'page[size]': '5' }, /^page\[size\]: /],
  ])('refuses %j', async (query, message) => {
    expect(await refused(query as Record<string, string>)).toMatch(message);
  });
});
