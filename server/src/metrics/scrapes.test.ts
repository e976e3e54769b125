import { expect, test, vi } from 'vitest';
import { Known } from './known.ts';
import { Metrics } from './metrics.ts';
import { Scrapes } from './scrapes.ts';

/** A value of the database that is read when the test says so. */
function scene(everyMs = 10_000) {
  let nowMs = 0;
  let answer: () => Promise<number> = async () => 1;
  const read = vi.fn(() => answer());
  const known = new Known({ read, everyMs, now: () => nowMs });
  const metrics = new Metrics();
  metrics.gauge('x_value', 'A value.', [], () => known.value);
  const scrapes = new Scrapes({ metrics, known: new Map([['x', known]]), before: () => undefined });
  return {
    read,
    pass: (ms: number) => {
      nowMs += ms;
    },
    set answer(next: () => Promise<number>) {
      answer = next;
    },
    refresh: () => known.refresh(),
    known,
    lines: async () => (await scrapes.text('text')).split('\n'),
  };
}

test('the database is read once in ten seconds, whoever asks', async () => {
  const { known, pass, read, refresh } = scene();
  await Promise.all(Array.from({ length: 50 }, () => refresh()));
  expect(read).toHaveBeenCalledTimes(1);
  pass(9_999);
  await refresh();
  expect(read).toHaveBeenCalledTimes(1);
  pass(1);
  await refresh();
  expect(read).toHaveBeenCalledTimes(2);
  expect(known.value).toBe(1);
});

test('while the database is away, a scrape has what is known and says so', async () => {
  const one = scene();
  await one.refresh();
  one.pass(10_000);
  one.answer = () => Promise.reject(new Error('away'));
  const lines = await one.lines();
  expect(lines).toContain('x_value 1');
  expect(lines).toContain('hooktrail_database_up 0');
  expect(lines).toContain('hooktrail_metrics_read_failures_total{part="x"} 1');
});

test('what is read once a minute is tried again after ten seconds where that failed', async () => {
  const one = scene(60_000);
  one.answer = () => Promise.reject(new Error('away'));
  await one.refresh();
  one.answer = async () => 2;
  one.pass(9_999);
  expect(await one.lines()).toContain('hooktrail_database_up 0');
  one.pass(1);
  await one.refresh();
  expect(one.known).toMatchObject({ value: 2, isFailing: false, failures: 1 });
  one.pass(59_999);
  await one.refresh();
  expect(one.read).toHaveBeenCalledTimes(2);
});

test('a database that does not answer holds a scrape up for two seconds, and the next one not longer', async () => {
  const one = scene();
  one.answer = () => new Promise(() => undefined);
  const lines = await one.lines();
  expect(lines.filter((line) => line.startsWith('x_value'))).toEqual([]);
  expect(lines).toContain('hooktrail_metrics_collections_total 1');
  expect(lines).toContain('hooktrail_database_up 0');
});

test('one statement that takes long is no database that is away', async () => {
  let nowMs = 0;
  const never = () => new Promise<number>(() => undefined);
  let answer = async () => 1;
  const now = () => nowMs;
  const slow = new Known({ read: never, everyMs: 60_000, now });
  const quick = new Known({ read: () => answer(), everyMs: 10_000, now });
  const known = new Map([
    ['slow', slow],
    ['quick', quick],
  ]);
  const scrape = () =>
    new Scrapes({ metrics: new Metrics(), known, before: () => undefined }).text('text');
  expect(await scrape()).toContain('\nhooktrail_database_up 1\n');
  nowMs += 10_000;
  answer = never;
  expect(await scrape()).toContain('\nhooktrail_database_up 0\n');
});

test('nor is one that is due by itself', async () => {
  let nowMs = 0;
  const now = () => nowMs;
  let answer = async () => 1;
  const slow = new Known({ read: () => answer(), everyMs: 60_000, now });
  const quick = new Known({ read: async () => 1, everyMs: 10_000, now });
  await slow.refresh();
  nowMs = 55_000;
  await quick.refresh();
  nowMs = 60_000;
  answer = () => new Promise(() => undefined);
  const known = new Map([
    ['slow', slow],
    ['quick', quick],
  ]);
  const scrapes = new Scrapes({ metrics: new Metrics(), known, before: () => undefined });
  expect(await scrapes.text('text')).toContain('\nhooktrail_database_up 1\n');
});

test('an answer that was kept does not show that the database is there', async () => {
  const never = () => new Promise<number>(() => undefined);
  const [everyMs, now] = [10_000, () => performance.now()];
  const up = (isRead: boolean) => {
    const known = new Map([
      ['one', new Known({ read: never, everyMs, now })],
      ['two', new Known({ read: never, everyMs, now })],
      ['kept', new Known({ read: async () => 1, everyMs, now, isRead: () => isRead })],
    ]);
    const scrapes = new Scrapes({ metrics: new Metrics(), known, before: () => undefined });
    return scrapes.text('text');
  };
  const [read, kept] = await Promise.all([up(true), up(false)]);
  expect(read).toContain('\nhooktrail_database_up 1\n');
  expect(kept).toContain('\nhooktrail_database_up 0\n');
});

test('scrapes at one time are one collection', async () => {
  const { lines } = scene();
  const all = await Promise.all(Array.from({ length: 100 }, () => lines()));
  for (const one of all) expect(one).toContain('hooktrail_metrics_collections_total 1');
});
