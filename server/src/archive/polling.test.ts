import { createRandom } from '@hooktrail/harness/create-random';
import { eventually } from '@hooktrail/harness/eventually';
import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { archivedRows } from '../testing/archive/archived-rows.ts';
import { listedRows } from '../testing/archive/listed-rows.ts';
import { startTestSource, type TestSource } from '../testing/test-source.ts';
import { ArchiveKeeper } from './archive-keeper.ts';
import { OVERLAP_MS } from './poll/known-until.ts';

let source: TestSource | undefined;
afterEach(async () => {
  await source?.stop();
  source = undefined;
});

/** More of them: HOOKTRAIL_TEST_ARCHIVE_SEEDS=20. */
const SEEDS = Array.from(
  { length: Number(process.env['HOOKTRAIL_TEST_ARCHIVE_SEEDS'] ?? 1) },
  (_, index) => index + 1,
);

const start = async (seed = 1) => {
  source = await startTestSource(seed);
  source.double.rate.limit = 100;
  return source;
};

const gaps = ({ trail }: TestSource) =>
  trail.sql(
    `select g.reason, g.from_at, g.to_at, w.remote_id from archive_gap g join archive_webhook w on w.id = g.webhook_id
    order by g.id`,
  );

describe('an archive', () => {
  it.each(SEEDS)(
    'has every row once, whatever the schedule of polls, kills and outages (seed %i)',
    async (seed) => {
      const test = await start(seed);
      const { clock, double } = test;
      const random = createRandom(seed, 'schedule');
      const busy = double.account.create();
      const quiet = double.account.create();
      double.account.setTraffic(busy.id, { perHour: 40, lateShare: 0.05, lateUpToMs: 5 * HOUR_MS });
      double.account.setTraffic(quiet.id, { perHour: 1 });
      clock.advance(3 * HOUR_MS);
      await test.add();
      for (let round = 0; round < 4; round++) {
        await test.runUntil(clock.nowMs() + random.whole(1, 20) * MINUTE_MS);
        if (random.chance(0.5)) await test.killAfter(random.whole(0, 3));
        // An outage of less than seven days.
        if (random.chance(0.5)) clock.advance(random.whole(1, 30) * HOUR_MS);
        if (random.chance(0.3)) double.account.burst(busy.id, 250);
      }
      // The daily walk finds what was listed late.
      double.account.setTraffic(busy.id, undefined);
      double.account.setTraffic(quiet.id, undefined);
      clock.advance(25 * HOUR_MS);
      await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
      expect(await gaps(test)).toEqual([]);
      for (const { id } of [busy, quiet]) {
        expect(await archivedRows(test, id)).toEqual(listedRows(test, id));
      }
      const [counted] = await test.store.list(1);
      const all = [...listedRows(test, busy.id), ...listedRows(test, quiet.id)];
      expect(counted).toMatchObject({ rows_count: all.length, unread: 0, error: null });
      expect(counted?.late_count).toBeGreaterThan(0);
      expect(double.requests.busiestMinute).toBeLessThanOrEqual(73);
    },
    120_000,
  );

  it('says which span it does not know after an outage of more than seven days', async () => {
    const test = await start();
    const { clock, double, trail } = test;
    const { id } = double.account.create();
    double.account.setTraffic(id, { perHour: 2 });
    await test.add();
    await test.runUntil(clock.nowMs() + 30 * MINUTE_MS);
    const [before] = await trail.sql('select watermark_at from archive_webhook');
    clock.advance(9 * DAY_MS);
    const backMs = clock.nowMs();
    await test.runUntil(backMs + 30 * MINUTE_MS);
    const found = await gaps(test);
    expect(found).toEqual([
      {
        reason: 'outage',
        // What finished just before it may have been listed after it.
        from_at: new Date(before?.['watermark_at'].getTime() - OVERLAP_MS),
        to_at: expect.any(Date),
        remote_id: id,
      },
    ]);
    const toMs = found[0]?.['to_at'].getTime();
    expect(toMs).toBeGreaterThanOrEqual(backMs - 7 * DAY_MS - 1_000);
    expect(toMs).toBeLessThan(backMs - 7 * DAY_MS + MINUTE_MS);
    // All that is not in the gap is there.
    const fromMs = before?.['watermark_at'].getTime();
    // What is newer than a quiet webhook's interval may not be read yet.
    const lastMs = clock.nowMs() - 16 * MINUTE_MS;
    const isKnown = (row: string) => {
      const atMs = Number.parseInt(row, 10);
      return (atMs < fromMs || atMs > toMs) && atMs < lastMs;
    };
    expect((await archivedRows(test, id)).filter(isKnown)).toEqual(
      listedRows(test, id).filter(isKnown),
    );
  }, 60_000);

  it('says so where a log was erased, and where a webhook vanished', async () => {
    const test = await start();
    const { clock, double } = test;
    const erased = double.account.create();
    const gone = double.account.create();
    for (const { id } of [erased, gone]) double.account.setTraffic(id, { perHour: 30 });
    clock.advance(HOUR_MS);
    await test.add();
    await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
    clock.advance(HOUR_MS);
    double.account.eraseLog(erased.id);
    double.account.delete(gone.id);
    const erasedMs = clock.nowMs();
    clock.advance(10 * MINUTE_MS);
    await test.runUntil(clock.nowMs() + 20 * MINUTE_MS);
    const found = await gaps(test);
    expect(found.map(({ reason, remote_id: id }) => [reason, id]).sort()).toEqual([
      ['log erased', erased.id],
      ['webhook gone', gone.id],
    ]);
    for (const gap of found) {
      expect(gap['from_at'].getTime()).toBeLessThan(erasedMs);
      expect(gap['to_at'].getTime()).toBeGreaterThanOrEqual(erasedMs);
    }
    const [row] = await test.store.list(1);
    expect(row).toMatchObject({ webhooks: 1, webhooks_gone: 1 });
  }, 60_000);
});

describe('bodies', () => {
  it('are archived once, failures first, masked, with the event that they are of', async () => {
    const test = await start();
    const { clock, double, trail } = test;
    const { id } = double.account.create({ authentication: { type: 'bearer_token' } });
    double.unknowns.masksAuthorization = false;
    double.account.setTraffic(id, { perHour: 60 });
    clock.advance(20 * MINUTE_MS);
    await test.add({ bodies: 'all', masking: { enabled: true, headers: [], fields: ['subject'] } });
    await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
    const [row] = await test.store.list(1);
    expect(row?.bodies_count).toBeGreaterThan(10);
    expect(row).toMatchObject({ wanted: 0, lost_count: 0 });
    const rows = await trail.sql(
      `select e.body, e.type, e.own_id, e.masked, a.request_headers, a.response_body, i.event_type, a.sent
      from archive_invocation i
      join archive_attempt a on a.webhook_id = i.webhook_id and a.invocation_id = i.id
      left join archive_event e on e.id = i.event_id`,
    );
    for (const one of rows.filter(({ sent }) => sent)) {
      expect(one['type']).toMatch(/^zen:event-type:/);
      expect(one['event_type']).toBe(one['type']);
      expect(JSON.parse(one['body'])).toMatchObject({ id: one['own_id'], subject: '********' });
      expect(one['masked']).toBe(true);
      expect(one['request_headers']).not.toContain('remote_endpoint_token');
      expect(one['request_headers']).toContain('X-Zendesk-Webhook-Id');
    }
    expect(rows.filter(({ sent }) => !sent).every((one) => one['request_headers'] === null)).toBe(
      true,
    );
    const paths = double.requests.latest
      .map(({ path }) => path)
      .filter((path) => path.includes('/attempts'));
    expect(new Set(paths).size).toBe(row?.bodies_count);
  }, 60_000);
});

describe('a source that answers badly', () => {
  it('is asked again later, says why, and loses nothing', async () => {
    const test = await start();
    const { clock, double } = test;
    const { id } = double.account.create();
    double.account.setTraffic(id, { perHour: 60 });
    clock.advance(HOUR_MS);
    await test.add();
    double.faults.storm(1, [
      { kind: 'html' },
      { kind: 'status', status: 500 },
      { kind: 'truncated' },
    ]);
    await test.runUntil(clock.nowMs() + 10 * MINUTE_MS);
    expect(double.requests.count).toBeLessThan(20);
    const [failing] = await test.store.list(1);
    expect(failing?.error).toMatch(/^webhooks: /);
    double.faults.clear();
    double.faults.storm(0.5, [
      { kind: 'throttle', retryAfter: '20' },
      { kind: 'status', status: 503 },
      { kind: 'drop' },
    ]);
    await test.runUntil(clock.nowMs() + 30 * MINUTE_MS);
    double.faults.clear();
    double.account.setTraffic(id, undefined);
    await test.runUntil(clock.nowMs() + 20 * MINUTE_MS);
    expect(await archivedRows(test, id)).toEqual(listedRows(test, id));
    expect((await test.store.list(1))[0]).toMatchObject({ error: null, failures: 0 });
  }, 60_000);

  it('may have ids that are none, ids of the future, and statuses that nobody knows', async () => {
    const test = await start();
    const { clock, double, trail } = test;
    const { id } = double.account.create();
    await test.add();
    const rows = ['not an id', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', '00000000000000000000000000'].flatMap(
      (one) => [
        { id: one, status: 'failed', completedAtMs: clock.nowMs() - 60_000 },
        { id: one, status: 'brand new', completedAtMs: clock.nowMs() },
      ],
    );
    double.account.addRows(id, rows.slice(0, 4));
    await test.runUntil(clock.nowMs() + 2 * MINUTE_MS);
    double.account.addRows(id, rows);
    await test.runUntil(clock.nowMs() + 10 * MINUTE_MS);
    expect(await archivedRows(test, id)).toEqual(listedRows(test, id));
    const stored = await trail.sql(
      'select status, remote_status, outcomes_count from archive_invocation',
    );
    expect(stored).toEqual(
      Array.from({ length: 3 }, () => ({
        status: 'unknown',
        remote_status: 'brand new',
        outcomes_count: 2,
      })),
    );
  }, 60_000);
});

it('removes everything of a source that was deleted, and nothing of others', async () => {
  const test = await start();
  const { clock, double, trail } = test;
  const { id } = double.account.create();
  double.account.setTraffic(id, { perHour: 60 });
  clock.advance(10 * MINUTE_MS);
  const first = await test.add({ bodies: 'all' });
  await test.add({ name: 'other' });
  await test.runUntil(clock.nowMs() + 2 * MINUTE_MS);
  const counts = () =>
    trail.sql(`select
      (select count(*)::integer from archive_event) as events,
      (select count(distinct webhook_id)::integer from archive_invocation) as webhooks,
      (select count(distinct webhook_id)::integer from archive_attempt) as attempted,
      (select count(*)::integer from source) as sources`);
  const [before] = await counts();
  expect(before).toMatchObject({ webhooks: 2, attempted: 2, sources: 2 });
  expect(before?.['events']).toBeGreaterThan(0);
  const act = { operation: 'deleteSource', by: undefined } as const;
  expect(await test.store.delete(1, first, act)).toBe(true);
  const keeper = new ArchiveKeeper(test.parts);
  keeper.start();
  await eventually('the end of a removal', async () => {
    const [now] = await counts();
    return now?.['sources'] === 1 || undefined;
  });
  await keeper.stop();
  expect(await counts()).toEqual([{ events: 0, webhooks: 1, attempted: 1, sources: 1 }]);
}, 60_000);
