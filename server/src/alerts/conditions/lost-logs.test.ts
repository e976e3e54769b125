import { afterEach, expect, test } from 'vitest';
import { idFromUuid, uuidFromId } from '../../model/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import { createTestAlerts, type TestAlerts } from '../../testing/test-alerts.ts';
import { startTestSource, type TestSource } from '../../testing/test-source.ts';
import { createAlertStore } from '../create-alert-store.ts';
import { SourceReader } from './source-reader.ts';

let source: TestSource;
let watcher: TestAlerts;
afterEach(async () => {
  await watcher?.close();
  await source?.stop();
});

const reader = ({ parts: { clock, database } }: TestSource) =>
  new SourceReader({ clock, database, monotonic: () => clock.now() });

test('a log that a service lost, and a webhook that vanished from it, are alerts of gaps', async () => {
  source = await startTestSource();
  const { clock, double, parts, trail } = source;
  const { database } = parts;
  watcher = await createTestAlerts(trail.url, [reader(source)]);
  double.rate.limit = 100;
  const lost = double.account.create();
  const vanished = double.account.create();
  for (const { id } of [lost, vanished]) double.account.setTraffic(id, { perHour: 30 });
  clock.advance(HOUR_MS);
  const sourceId = await source.add();
  /** The alerts of gaps, after an evaluation at the time of the source. */
  const alerts = async () => {
    watcher.clock.nowMs = clock.nowMs();
    expect(await watcher.evaluate()).toBe(true);
    return trail.sql(
      `select id::text, source_id::text, value, resolved_at is null as open from alert
      where kind = 'gap' order by id`,
    );
  };
  const later = (ms: number) => source.runUntil(clock.nowMs() + ms);
  await later(5 * MINUTE_MS);
  expect(await alerts()).toEqual([]);

  // Between two polls.
  clock.advance(HOUR_MS);
  double.account.eraseLog(lost.id);
  await later(20 * MINUTE_MS);
  const [first, ...others] = await alerts();
  expect(others).toEqual([]);
  expect(first).toMatchObject({ source_id: uuidFromId(sourceId), value: 1, open: true });
  const store = createAlertStore({ clock: parts.clock, database });
  const act = { operation: 'acknowledgeAlert', by: undefined } as const;
  await store.acknowledge(1, idFromUuid(first?.['id']), 'asked the receivers', act);
  await later(2 * MINUTE_MS);
  expect(await alerts()).toMatchObject([{ open: false }]);

  // What is lost after that is another one, which ends by itself after a day.
  double.account.delete(vanished.id);
  await later(20 * MINUTE_MS);
  expect(await alerts()).toMatchObject([{ open: false }, { value: 1, open: true }]);
  clock.advance(DAY_MS);
  expect(await alerts()).toMatchObject([{ open: false }, { open: false }]);
}, 60_000);

test('a source that stops in its first walk is an alert after the usual time', async () => {
  source = await startTestSource();
  const { clock, double, trail } = source;
  watcher = await createTestAlerts(trail.url, [reader(source)]);
  double.account.create();
  await source.add();
  // It lists the webhooks, and none of their logs.
  await source.killAfter(1);
  expect(await trail.sql('select watermark_at from archive_webhook')).toEqual([
    { watermark_at: null },
  ]);
  const alerts = async () => {
    watcher.clock.nowMs = clock.nowMs();
    expect(await watcher.evaluate()).toBe(true);
    return trail.sql(
      `select value::float8, resolved_at is null as open from alert where kind = 'source'`,
    );
  };
  expect(await alerts()).toEqual([]);
  clock.advance(59 * MINUTE_MS);
  expect(await alerts()).toEqual([]);
  clock.advance(2 * MINUTE_MS);
  const [found, ...others] = await alerts();
  expect(others).toEqual([]);
  expect(found).toMatchObject({ open: true });
  expect(found?.['value']).toBeCloseTo((61 * MINUTE_MS) / SECOND_MS, -1);

  // Its first walk ends.
  await source.runUntil(clock.nowMs() + 2 * MINUTE_MS);
  expect(await alerts()).toMatchObject([{ open: true }]);
  await source.runUntil(clock.nowMs() + 5 * MINUTE_MS);
  expect(await alerts()).toMatchObject([{ open: false }]);
}, 60_000);
