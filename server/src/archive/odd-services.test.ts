import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../model/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { archivedRows } from '../testing/archive/archived-rows.ts';
import { listedRows } from '../testing/archive/listed-rows.ts';
import { startTestSource, type TestSource } from '../testing/test-source.ts';

let source: TestSource | undefined;
afterEach(async () => {
  await source?.stop();
  source = undefined;
});

const start = async (limit = 100) => {
  source = await startTestSource();
  source.double.rate.limit = limit;
  return source;
};

const gaps = ({ trail }: TestSource) =>
  trail.sql('select reason, from_at, to_at from archive_gap order by id');

const INVOCATIONS = /\/invocations\?/;
const ACT = { operation: 'pollSource', by: undefined } as const;

describe('a service', () => {
  it('with a clock ahead of ours has ids of the future, whose rows are archived once', async () => {
    const test = await start();
    const { clock, double } = test;
    const { id } = double.account.create();
    await test.add();
    await test.runUntil(clock.nowMs() + MINUTE_MS);
    // Ours reaches one of them before the log is read again, and the other one later.
    for (const aheadMs of [10 * MINUTE_MS, 3 * HOUR_MS]) {
      double.account.addRows(id, [{ id: newId(clock.nowMs() + aheadMs), status: 'success' }]);
    }
    await test.runUntil(clock.nowMs() + 20 * MINUTE_MS);
    clock.advance(5 * HOUR_MS);
    double.account.addRows(id, [{ id: newId(clock.nowMs()), status: 'failed' }]);
    await test.runUntil(clock.nowMs() + 20 * MINUTE_MS);
    expect(listedRows(test, id)).toHaveLength(3);
    expect(await archivedRows(test, id)).toEqual(listedRows(test, id));
  }, 60_000);

  it('that shows an empty log once has lost nothing', async () => {
    const test = await start();
    const { clock, double } = test;
    const { id } = double.account.create();
    double.account.setTraffic(id, { perHour: 30 });
    clock.advance(HOUR_MS);
    await test.add();
    await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
    const body = '{"invocations":[],"meta":{"has_more":false}}';
    double.faults.next({ kind: 'body', body }, { matching: INVOCATIONS });
    await test.runUntil(clock.nowMs() + 40 * MINUTE_MS);
    expect(double.requests.latest.map(({ fault }) => fault)).toContain('body');
    expect(await gaps(test)).toEqual([]);
    double.account.setTraffic(id, undefined);
    await test.runUntil(clock.nowMs() + 20 * MINUTE_MS);
    expect(await archivedRows(test, id)).toEqual(listedRows(test, id));
  }, 60_000);

  it('with a clock ahead of ours has a gap where a webhook vanished', async () => {
    const test = await start();
    const { clock, double } = test;
    const { id } = double.account.create();
    double.unknowns.date = HOUR_MS;
    await test.add();
    await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
    double.account.delete(id);
    await test.runUntil(clock.nowMs() + 10 * MINUTE_MS);
    const [gap] = await gaps(test);
    expect(gap?.['reason']).toBe('webhook gone');
    expect(gap?.['to_at'].getTime()).toBeGreaterThan(clock.nowMs() + HOUR_MS - 10 * MINUTE_MS);
    expect(gap?.['from_at'].getTime()).toBeLessThan(gap?.['to_at'].getTime());
  }, 60_000);

  it.each([
    ['behind', -8 * HOUR_MS],
    ['ahead', 8 * HOUR_MS],
    ['of another century', -56 * 365 * DAY_MS],
    ['just ahead of what is believed', 2 * HOUR_MS + MINUTE_MS],
  ])('whose Date is wildly wrong makes no gap: %s', async (_, offMs) => {
    const test = await start();
    const { clock, double } = test;
    const { id } = double.account.create();
    double.account.addRows(id, [{ id: newId(clock.nowMs()), status: 'failed' }]);
    await test.add();
    await test.runUntil(clock.nowMs() + 10 * MINUTE_MS);
    // Nobody polls for nearly as long as the service keeps its log.
    clock.advance(7 * DAY_MS - HOUR_MS);
    double.unknowns.date = offMs;
    await test.runUntil(clock.nowMs() + 20 * MINUTE_MS);
    // The row leaves the log by the clock of the service.
    clock.advance(2 * HOUR_MS);
    await test.runUntil(clock.nowMs() + 20 * MINUTE_MS);
    double.unknowns.date = 0;
    double.account.addRows(id, [{ id: newId(clock.nowMs()), status: 'success' }]);
    await test.runUntil(clock.nowMs() + 40 * MINUTE_MS);
    expect(await gaps(test)).toEqual([]);
    expect(await archivedRows(test, id)).toHaveLength(2);
    const [row] = await test.store.list(1);
    expect(row?.complete_until?.getTime()).toBeGreaterThan(clock.nowMs() - 30 * MINUTE_MS);
    expect(row?.complete_until?.getTime()).toBeLessThanOrEqual(clock.nowMs());
  });

  it('whose Date is wildly wrong has its real gap all the same', async () => {
    const test = await start();
    const { clock, double } = test;
    const { id } = double.account.create();
    double.account.addRows(id, [{ id: newId(clock.nowMs()), status: 'failed' }]);
    double.unknowns.date = 8 * HOUR_MS;
    await test.add();
    await test.runUntil(clock.nowMs() + 10 * MINUTE_MS);
    clock.advance(7 * DAY_MS + HOUR_MS);
    await test.runUntil(clock.nowMs() + 10 * MINUTE_MS);
    expect(await gaps(test)).toMatchObject([{ reason: 'outage' }]);
  });

  it('that asks us to wait is not asked before by a poll now, on any node, nor by a change', async () => {
    const test = await start();
    const { clock, double, store } = test;
    double.account.create();
    const sourceId = await test.add();
    await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
    for (const status of [429, 503]) {
      double.faults.next({ kind: 'throttle', status, retryAfter: '600' });
      await store.poll(1, sourceId, ACT);
      await test.runUntil(clock.nowMs() + SECOND_MS);
      const { count } = double.requests;
      const untilMs = clock.nowMs() + 9 * MINUTE_MS;
      // Each hold is one of a node that knows nothing of those before.
      while (clock.nowMs() < untilMs) {
        await store.poll(1, sourceId, ACT);
        await store.change(
          1,
          sourceId,
          (settings) => settings,
          ACT,
          () => undefined,
        );
        await test.runUntil(clock.nowMs() + MINUTE_MS);
      }
      expect(double.requests.count).toBe(count);
      const [row] = await store.list(1);
      expect(row?.wait_until?.getTime()).toBeGreaterThan(clock.nowMs());
      await test.runUntil(clock.nowMs() + 3 * MINUTE_MS);
      expect(double.requests.count).toBeGreaterThan(count);
    }
  });

  it('that asks us to wait for weeks is asked once an hour', async () => {
    const test = await start();
    const { clock, double, store } = test;
    double.account.create();
    await test.add();
    double.faults.next({ kind: 'throttle', retryAfter: '2000000' });
    await test.runUntil(clock.nowMs() + 62 * MINUTE_MS);
    expect((await store.list(1))[0]?.polled_at).toBeInstanceOf(Date);
  });

  it('that lists what is late while a daily walk is interrupted is walked through again', async () => {
    const test = await start();
    const { clock, double, trail } = test;
    const { id } = double.account.create();
    const firstMs = clock.nowMs();
    const row = (agoMs: number, listedAtMs = firstMs) => ({
      id: newId(firstMs - agoMs),
      status: 'success',
      completedAtMs: firstMs - agoMs,
      listedAtMs,
    });
    const rows = Array.from({ length: 800 }, (_, index) => row(index * MINUTE_MS));
    double.account.addRows(id, rows);
    await test.add();
    await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
    clock.advance(25 * HOUR_MS);
    await test.killAfter(6);
    const [walked] = await trail.sql('select full_walk from archive_webhook');
    expect(walked?.['full_walk']).toMatchObject({ after: expect.any(String) });
    // The walk has passed its place, and a poll does not read as far.
    double.account.addRows(id, [row(150.5 * MINUTE_MS, clock.nowMs() + HOUR_MS)]);
    clock.advance(2 * DAY_MS);
    await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
    expect(await archivedRows(test, id)).toEqual(listedRows(test, id));
  }, 60_000);

  it('that cannot show a secret keeps no body waiting, and its secrets are sealed', async () => {
    const test = await start();
    const { clock, double, parts, trail } = test;
    const { id } = double.account.create();
    double.account.setTraffic(id, { perHour: 60 });
    clock.advance(20 * MINUTE_MS);
    const failing = { times: 1_000, matching: /signing_secret/ };
    double.faults.next({ kind: 'status', status: 500 }, failing);
    await test.add({ bodies: 'all', resend: 'read' });
    await test.runUntil(clock.nowMs() + 2 * MINUTE_MS);
    expect((await test.store.list(1))[0]?.bodies_count).toBeGreaterThan(10);
    double.faults.clear();
    await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
    const [row] = await trail.sql('select secret from archive_webhook');
    const { secret } = double.account.state(id);
    expect(String(row?.['secret'])).not.toContain(secret);
    expect(parts.secrets.open(row?.['secret'])).toBe(secret);
    const asked = double.requests.latest.filter(({ path }) => path.includes('signing_secret'));
    expect(asked.at(-1)).toMatchObject({ status: 200, fault: undefined });
  }, 60_000);

  it('with more than 1,000 webhooks has 1,000 polled, and the source says so', async () => {
    const test = await start();
    const { clock, double } = test;
    for (let count = 0; count < 1_003; count++) double.account.create();
    await test.add();
    await test.runUntil(clock.nowMs() + 1.2 * SECOND_MS);
    const [row] = await test.store.list(1);
    expect(row).toMatchObject({ webhooks: 1_000, webhooks_gone: 0, error_code: 'limit' });
    // It did not stop there.
    expect(row?.unread).toBeLessThan(1_000);
  }, 60_000);

  it('whose pages lead in a circle is not asked for ever', async () => {
    const test = await start(60_000);
    const { clock, double } = test;
    const webhooks = [double.account.create(), double.account.create()];
    for (let count = 0; count < 300; count++) {
      const id = webhooks[count % 2]?.id;
      const cursor = Buffer.from(JSON.stringify({ id })).toString('base64url');
      const meta = { has_more: true, after_cursor: cursor };
      const body = JSON.stringify({ webhooks, meta });
      double.faults.next({ kind: 'body', body }, { matching: /\/webhooks\?/ });
    }
    await test.add();
    await test.runUntil(clock.nowMs() + 2 * SECOND_MS);
    expect(double.requests.count).toBeLessThan(150);
    expect((await test.store.list(1))[0]).toMatchObject({ webhooks: 2, unread: 0 });
  }, 60_000);
});

it('a source with few requests a minute is held while it waits for the next one', async () => {
  const test = await start();
  const { clock, double, trail } = test;
  for (let count = 0; count < 250; count++) double.account.create();
  // The database has another clock: what passes here passes of the lease there.
  Object.assign(test.parts, {
    wait: async (ms: number) => {
      clock.advance(Math.ceil(ms));
      await trail.sql(
        `update source set leased_until = leased_until - $1 * interval '1 millisecond'`,
        [ms],
      );
    },
  });
  const leasedMs: number[] = [];
  double.onRequest = async () => {
    const [row] = await trail.sql(
      'select extract(epoch from leased_until - now())::float8 * 1000 as left from source',
    );
    leasedMs.push(row?.['left']);
  };
  // One a minute.
  await test.add({ budgetShare: 1 });
  await test.runUntil(clock.nowMs() + 3 * MINUTE_MS);
  double.onRequest = undefined;
  // A request takes 20 s at most.
  expect(Math.min(...leasedMs)).toBeGreaterThan(20 * SECOND_MS);
  expect((await test.store.list(1))[0]?.webhooks).toBe(250);
}, 60_000);

it('a node that is stopped in order gives its sources back at once, and another goes on', async () => {
  const test = await start();
  const { clock, double, trail } = test;
  const { id } = double.account.create();
  const rows = Array.from({ length: 800 }, (_, index) => ({
    id: newId(clock.nowMs() - index * SECOND_MS),
    status: 'success',
    completedAtMs: clock.nowMs() - index * SECOND_MS,
  }));
  double.account.addRows(id, rows);
  await test.add();
  await test.stopAfter(4);
  const held = `select leased_until > now() as leased, extract(epoch from due_at) * 1000 as due from source`;
  const [row] = await trail.sql(held);
  expect(row?.['leased']).toBe(false);
  expect(Number(row?.['due'])).toBeLessThan(clock.nowMs() + 2 * SECOND_MS);
  await test.runUntil(clock.nowMs() + 5 * MINUTE_MS);
  expect(await archivedRows(test, id)).toEqual(listedRows(test, id));
});
