import { afterEach, expect, it } from 'vitest';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import type { BodiesPolicy } from '../model/source.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { startTestSource, type TestSource } from '../testing/test-source.ts';
import type { SourceSettings } from './source-settings.ts';

let source: TestSource | undefined;
afterEach(async () => {
  await source?.stop();
  source = undefined;
});

const ATTEMPTS = /\/attempts/;
const ACT = { operation: 'patchSource', by: undefined } as const;

it.each<[BodiesPolicy, number | undefined]>([
  ['none', undefined],
  ['sample', 1_000_000],
])(
  'that are not to be archived any more are not fetched: %s',
  async (bodies, bodiesEvery) => {
    source = await startTestSource();
    const { clock, double, store } = source;
    const { id } = double.account.create();
    double.account.setTraffic(id, { perHour: 60 });
    clock.advance(2 * HOUR_MS);
    const sourceId = await source.add({ bodies: 'all' });
    // One turn of a minute.
    await source.runUntil(clock.nowMs() + 8_000);
    const [before] = await store.list(1);
    expect(before?.wanted).toBeGreaterThan(10);
    double.account.setTraffic(id, undefined);
    const change = (settings: SourceSettings): SourceSettings => ({
      ...settings,
      bodies,
      bodiesEvery,
    });
    await store.change(1, sourceId, change, ACT, () => undefined);
    const { count } = double.requests;
    await source.runUntil(clock.nowMs() + 10 * MINUTE_MS);
    const asked = double.requests.latest.slice(count - double.requests.count);
    expect(asked.filter(({ path }) => ATTEMPTS.test(path))).toEqual([]);
    const [after] = await store.list(1);
    expect(after).toMatchObject({
      wanted: 0,
      wanted_failures: 0,
      lost_count: 0,
      bodies_count: before?.bodies_count,
    });
  },
  60_000,
);

it('that the service forgot are lost at once, however many they are, and no others', async () => {
  source = await startTestSource();
  const { clock, double, store, trail } = source;
  double.account.create();
  const sourceId = await source.add({ bodies: 'all' });
  await source.runUntil(clock.nowMs() + MINUTE_MS);
  const [row] = await trail.sql('select id from archive_webhook');
  const webhookId: string = row?.['id'];
  const want = (count: number, failed: boolean, agoMs: number) =>
    trail.sql(
      `insert into archive_wanted (lane, webhook_id, invocation_id, failed, completed_at)
      select $1, $2, gen_random_uuid(), $3, $4 from generate_series(1, $5)`,
      [laneOf(webhookId), uuidFromId(webhookId), failed, new Date(clock.nowMs() - agoMs), count],
    );
  await want(3_000, false, 8 * DAY_MS);
  await want(1_500, true, 8 * DAY_MS);
  await want(10, true, 6 * DAY_MS);
  await trail.sql('update archive_webhook set wanted = 4510, wanted_failures = 1510');
  await store.poll(1, sourceId, ACT);
  // The list of webhooks, and nothing else.
  await source.stopAfter(1);
  const [after] = await store.list(1);
  expect(after).toMatchObject({ lost_count: 4_500, wanted: 10, wanted_failures: 10 });
  const [left] = await trail.sql('select count(*)::integer as count from archive_wanted');
  expect(left).toEqual({ count: 10 });
}, 60_000);

it('that are fetched again after another outcome are one event, also without an id of their own', async () => {
  source = await startTestSource();
  const { clock, double, store, trail } = source;
  const { id: webhook } = double.account.create();
  const id = newId(clock.nowMs());
  const attempt = {
    id: webhook,
    status: 'server error',
    status_code: 500,
    completed_at: new Date(clock.nowMs()).toISOString(),
    request: { headers: [{ key: 'Content-Type', value: 'application/json' }], payload: '{"n":1}' },
  };
  const body = JSON.stringify({ attempts: [attempt], meta: { has_more: false } });
  double.faults.next({ kind: 'body', body }, { times: 10, matching: ATTEMPTS });
  await source.add({ bodies: 'failures' });
  for (let outcomes = 1; outcomes <= 3; outcomes++) {
    double.account.addRows(webhook, [{ id, status: 'server error', statusCode: 500 }]);
    await source.runUntil(clock.nowMs() + 20 * MINUTE_MS);
    expect(double.requests.latest.filter(({ path }) => ATTEMPTS.test(path))).toHaveLength(outcomes);
  }
  expect(await trail.sql('select body from archive_event')).toEqual([{ body: '{"n":1}' }]);
  expect((await store.list(1))[0]).toMatchObject({ rows_count: 3, bodies_count: 1, wanted: 0 });
}, 60_000);

it('that were erased are brought back by no poll, also of another webhook that got the same', async () => {
  source = await startTestSource();
  const { clock, double, trail } = source;
  const [one, other] = [double.account.create(), double.account.create()];
  const ids = [newId(clock.nowMs()), newId(clock.nowMs())] as const;
  const attempt = {
    id: one.id,
    status: 'server error',
    status_code: 500,
    completed_at: new Date(clock.nowMs()).toISOString(),
    request: { headers: [{ key: 'X', value: 'quark' }], payload: '{"id":"E1","n":"quark"}' },
    response: { headers: [], payload: 'quark' },
  };
  const body = JSON.stringify({ attempts: [attempt], meta: { has_more: false } });
  double.faults.next({ kind: 'body', body }, { times: 10, matching: ATTEMPTS });
  await source.add({ bodies: 'failures' });
  double.account.addRows(one.id, [{ id: ids[0], status: 'server error', statusCode: 500 }]);
  await source.runUntil(clock.nowMs() + 20 * MINUTE_MS);
  const found = () =>
    trail.sql(`select from archive_attempt a where a::text like '%quark%'
      union all select from archive_event e where e::text like '%quark%'`);
  expect(await found()).toHaveLength(2);
  // As a job erases.
  await trail.sql('update archive_invocation set erased_at = now()');
  await trail.sql('update archive_event set body = null, erased_at = now()');
  await trail.sql(
    'update archive_attempt set request_headers = null, response_headers = null, response_body = null',
  );
  const { count } = double.requests;
  double.account.addRows(one.id, [{ id: ids[0], status: 'server error', statusCode: 500 }]);
  double.account.addRows(other.id, [{ id: ids[1], status: 'server error', statusCode: 500 }]);
  await source.runUntil(clock.nowMs() + 40 * MINUTE_MS);
  expect(await found()).toEqual([]);
  const asked = double.requests.latest
    .slice(count - double.requests.count)
    .filter(({ path }) => ATTEMPTS.test(path));
  expect(asked.map(({ path }) => path.includes(ids[0]))).toEqual([false]);
  const rows = await trail.sql(
    'select erased_at is not null as erased, event_id, outcomes_count from archive_invocation order by outcomes_count',
  );
  expect(rows.map((row) => row['erased'])).toEqual([true, true]);
  expect(rows.map((row) => row['outcomes_count'])).toEqual([1, 2]);
  expect(new Set(rows.map((row) => row['event_id'])).size).toBe(1);
}, 60_000);
