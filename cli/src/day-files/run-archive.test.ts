import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shiftedClock } from '@hooktrail/harness/shifted-clock';
import { ManualClock } from '@hooktrail/harness/zendesk/manual-clock';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningCommand, type RunOptions, runCommand } from '../testing/run-command.ts';
import { AccountReader } from './account-reader.ts';
import { ArchiveFolder } from './archive-folder.ts';
import { ArchiveRun } from './archive-run.ts';
import { mirrorWebhooks } from './mirror-webhooks.ts';
import { readLogs } from './read-logs.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let clock: ManualClock;
let double: ZendeskDouble;
let parent: string;
let folder: string;

beforeEach(async () => {
  clock = new ManualClock();
  double = await startZendeskDouble({ clock });
  double.rate.limit = 1_000_000;
  parent = await mkdtemp(join(tmpdir(), 'hooktrail-day-files-'));
  folder = join(parent, 'acme');
});

afterEach(async () => {
  await double.close();
  await rm(parent, { recursive: true, force: true });
});

/** Runs the command on a machine whose clock is right. */
function run(args: readonly string[] = [], options: RunOptions = {}) {
  const { apiToken, email } = double.auth;
  return runCommand(['archive', 'run', '--zendesk', 'acme', '--to', folder, ...args], {
    ...options,
    environment: {
      ZENDESK_BASE_URL: double.url,
      ZENDESK_EMAIL: email,
      ZENDESK_API_TOKEN: apiToken,
      ...shiftedClock({ shiftMs: clock.nowMs() - Date.now() }),
      ...options.environment,
    },
  });
}

/** A webhook with traffic in which nothing is listed late. */
function busyWebhook(perHour: number): string {
  const { id } = double.account.create();
  double.account.setTraffic(id, { perHour, lateShare: 0 });
  return id;
}

/** The rows of files, in no order; a row that is there twice is there twice. */
async function kept(kind: 'invocations' | 'attempts'): Promise<Record<string, unknown>[]> {
  const names = await readdir(join(folder, kind)).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, kind, name), 'utf8')));
  return texts.flatMap((text) => {
    expect(text === '' || text.endsWith('\n')).toBe(true);
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  });
}

const keysOf = (rows: readonly Record<string, unknown>[]): string[] =>
  rows
    .map(
      (row) => `${row['webhook_id']} ${row['id']} ${row['status']} ${row['latest_completed_at']}`,
    )
    .sort();

/** The keys of all rows that were ever listed. */
const listed = (...webhooks: readonly string[]): string[] =>
  webhooks
    .flatMap((webhook) =>
      double.account.history(webhook).map(({ completedAtMs, id, status }) => {
        return `${webhook} ${id} ${status} ${new Date(completedAtMs).toISOString()}`;
      }),
    )
    .sort();

const gapsKept = async (): Promise<Record<string, string>[]> => {
  const text = await readFile(join(folder, 'gaps.ndjson'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
};

describe('archive run', () => {
  test('keeps each row once in the file of its day, reads only what is new, and the bodies of failures', async () => {
    const webhooks = [busyWebhook(6), busyWebhook(1)];
    clock.advance(DAY);
    const first = await run();
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.rows[0]).toMatchObject({ webhooks: 2, gaps: 0, bodies_lost: 0, late_rows: 0 });
    expect(keysOf(await kept('invocations'))).toEqual(listed(...webhooks));
    const failures = webhooks.flatMap((id) =>
      double.account.history(id).filter(({ sent, status }) => sent && status !== 'success'),
    );
    const attempts = await kept('attempts');
    expect(attempts).toHaveLength(failures.length);
    expect(attempts.every(({ request }) => request !== undefined)).toBe(true);
    for (const name of await readdir(join(folder, 'invocations'))) {
      const path = join(folder, 'invocations', name);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const days = (await readFile(path, 'utf8')).match(/(?<="latest_completed_at":")[\d-]+/g);
      expect(new Set(days)).toEqual(new Set([name.slice(0, 10)]));
    }
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'state.json'))).mode & 0o777).toBe(0o600);

    clock.advance(HOUR);
    // An hour older than what is read again: only the daily walk finds it.
    const lateMs = clock.nowMs() - 4 * HOUR;
    const late = { id: '01KDZZZZZZZZZZZZZZZZZZZZZZ', status: 'success', completedAtMs: lateMs };
    double.account.addRows(webhooks[1] as string, [late]);
    const second = await run(['--once', '--bodies', 'none']);
    expect(second.code).toBe(0);
    clock.advance(DAY);
    const third = await run(['--bodies', 'none']);
    expect(third.code).toBe(0);
    expect(second.rows[0].late_rows + third.rows[0].late_rows).toBeGreaterThan(0);
    expect(keysOf(await kept('invocations'))).toEqual(listed(...webhooks));
    expect(await kept('attempts')).toHaveLength(attempts.length);
    expect(await gapsKept()).toEqual([]);
  });

  test('kill -9 at any moment loses no row and writes none twice', async () => {
    const webhook = busyWebhook(15);
    clock.advance(DAY);
    await mkdir(folder);
    let kills = 0;
    // Each commit is several events: of a draft, of its rename.
    for (const at of [7, 16, 25]) {
      let command: RunningCommand | undefined;
      let events = 0;
      const watched = watch(folder, () => {
        if (++events === at) command?.kill();
      });
      const ended = await run([], {
        onStart: (started) => {
          command = started;
        },
      });
      watched.close();
      if (ended.code === null) kills++;
      clock.advance(HOUR);
    }
    expect(kills).toBeGreaterThan(0);
    const last = await run();
    expect(last.code).toBe(0);
    expect(keysOf(await kept('invocations'))).toEqual(listed(webhook));
    const failures = double.account
      .history(webhook)
      .filter(({ sent, status }) => sent && status !== 'success');
    expect(await kept('attempts')).toHaveLength(failures.length);
  });

  test('an outage, an erased log and a deleted webhook are gaps in words, in a file, and exit code 7 once', async () => {
    const [slow, erased, deleted] = [busyWebhook(2), busyWebhook(2), busyWebhook(2)];
    clock.advance(DAY);
    expect((await run(['--bodies', 'none'])).code).toBe(0);
    const readMs = clock.nowMs();
    clock.advance(HOUR);
    double.account.eraseLog(erased);
    double.account.delete(deleted as string);
    clock.advance(HOUR);
    const second = await run(['--bodies', 'none']);
    expect(second.code).toBe(7);
    expect(second.rows[0].gaps).toBe(1);
    expect(second.stderr).toContain('webhook gone');
    expect(second.stderr).toContain('its log seems to be erased; the next run makes sure of it');
    const sure = await run(['--bodies', 'none']);
    expect(sure.code).toBe(7);
    expect(sure.rows[0].gaps).toBe(1);
    expect(sure.stderr).toContain('log erased');
    clock.advance(10 * DAY);
    const third = await run(['--bodies', 'none', '-o', 'table']);
    expect(third.code).toBe(7);
    const iso = (ms: number) => new Date(ms).toISOString();
    // A poll reads ten minutes again.
    const from = iso(readMs + 2 * HOUR - 10 * MINUTE);
    const to = iso(clock.nowMs() - 7 * DAY);
    expect(third.stderr).toContain(`gap of webhook "webhook 1": ${from} to ${to}, outage`);
    const gaps = await gapsKept();
    expect(gaps.map(({ reason, webhook_id }) => [webhook_id, reason]).sort()).toEqual(
      [
        [slow, 'outage'],
        [erased, 'log erased'],
        [erased, 'outage'],
        [deleted, 'webhook gone'],
      ].sort(),
    );
    const archived = new Set(keysOf(await kept('invocations')));
    const missing = listed(slow as string, erased as string, deleted as string).filter(
      (key) => !archived.has(key),
    );
    expect(missing.length).toBeGreaterThan(0);
    for (const key of missing) {
      const [id, at] = [key.slice(0, 26), key.slice(-24)];
      // Rows are listed seconds after they finished.
      const covered = gaps.some(
        (gap) =>
          gap['webhook_id'] === id &&
          Date.parse(at) >= Date.parse(gap['from'] ?? '') - MINUTE &&
          at <= (gap['to'] ?? ''),
      );
      expect(covered, key).toBe(true);
    }
    const fourth = await run(['--bodies', 'none']);
    expect(fourth.code).toBe(0);
    expect(fourth.rows[0].gaps).toBe(0);
  });

  test('rows without a completion time, which a Hooktrail lists, are kept once and erase no log', async () => {
    const { id } = double.account.create();
    const outcomes = { 'circuit broken': 1 };
    double.account.setTraffic(id, { perHour: 2, lateShare: 0, outcomes });
    // JSON leaves it out.
    double.unknowns.extraFields = { latest_completed_at: undefined };
    clock.advance(DAY);
    expect((await run()).code).toBe(0);
    const ids = double.account.history(id).map((row) => row.id);
    expect(ids.length).toBeGreaterThan(20);
    double.account.setTraffic(id, undefined);
    for (const more of [1, 2]) {
      clock.advance(more * HOUR);
      const again = await run();
      expect(again.stderr).toBe('');
      expect(again.rows[0]).toMatchObject({ rows: 0, gaps: 0 });
    }
    const rows = await kept('invocations');
    expect(rows.map((row) => row['id']).sort()).toEqual(ids.sort());
  });

  test('goes on after 503, 429, HTML and a broken answer; bodies that the service forgot are said to be lost', async () => {
    const webhook = busyWebhook(3);
    clock.advance(DAY);
    double.faults.next({ kind: 'status', status: 503 });
    double.faults.next({ kind: 'throttle', retryAfter: '0' }, { matching: /invocations/ });
    double.faults.next({ kind: 'drop', midway: true }, { matching: /invocations/ });
    // The log is read, and its webhook is deleted before its bodies are.
    double.onRequest = ({ pathname }) => {
      if (!pathname.endsWith('/attempts')) return;
      double.onRequest = undefined;
      double.account.delete(webhook);
    };
    const { code, rows, stderr } = await run();
    expect(code).toBe(7);
    expect(rows[0]).toMatchObject({ attempts: 0, gaps: 0 });
    expect(rows[0].bodies_lost).toBeGreaterThan(0);
    expect(stderr).toContain(`${rows[0].bodies_lost} requests were lost`);
    expect(keysOf(await kept('invocations'))).toEqual(listed(webhook));
  });

  test('a wait beyond --minutes ends the run with 6, and the next one goes on', async () => {
    const webhook = busyWebhook(30);
    clock.advance(DAY);
    double.faults.next({ kind: 'throttle', retryAfter: '61' }, { matching: /after/ });
    const first = await run(['--minutes', '1', '--bodies', 'none']);
    expect(first.code).toBe(6);
    expect(first.rows[0]).toMatchObject({ rows: 100, gaps: 0 });
    expect(first.stderr).toContain(
      '429 Too Many Requests: the next request may be sent only after',
    );
    expect(first.stderr).toContain('1 logs are not read to their end');
    expect((await run(['--bodies', 'none'])).code).toBe(0);
    expect(keysOf(await kept('invocations'))).toEqual(listed(webhook));
  });

  test('one folder has one run at a time, and refused credentials are not repeated', async () => {
    busyWebhook(5);
    clock.advance(HOUR);
    let goOn = (): void => undefined;
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let first: ReturnType<typeof run> | undefined;
    await new Promise<void>((asked) => {
      double.onRequest = async () => {
        asked();
        await mayGoOn;
      };
      first = run();
    });
    const second = await run();
    expect(second.code).toBe(5);
    expect(second.error.message).toMatch(/^process \d+ is writing to /);
    double.onRequest = undefined;
    goOn();
    expect((await first)?.code).toBe(0);
    const refused = await run([], { environment: { ZENDESK_API_TOKEN: 'wrong' } });
    expect(refused.code).toBe(4);
    expect(refused.stderr).not.toContain('wrong');
    const ended = await run(['--every', '1'], { onOutput: (_, command) => command.interrupt() });
    expect(ended.code).toBe(130);
    expect(ended.rows).toHaveLength(1);
  });

  test.each([
    ['ahead of', 30 * DAY],
    ['behind', -30 * DAY],
  ])(
    'a Date far %s the clock of the machine is not believed, and hides nothing',
    async (how, offMs) => {
      const webhook = busyWebhook(6);
      clock.advance(DAY);
      double.unknowns.date = offMs;
      const first = await run(['--bodies', 'none']);
      expect(first.code).toBe(0);
      expect(first.stderr).toMatch(/"clock_off_ms":-?259\d{7}\b/);
      expect(first.stderr).toMatch(
        new RegExp(`the Date of the service is \\d+ s ${how} the clock`),
      );
      expect(Date.parse(first.rows[0].complete_until)).toBeLessThanOrEqual(clock.nowMs() + MINUTE);
      clock.advance(HOUR);
      const second = await run(['--bodies', 'none']);
      expect(second.code).toBe(0);
      expect(second.rows[0].late_rows).toBe(0);
      expect(keysOf(await kept('invocations'))).toEqual(listed(webhook));
      expect(await gapsKept()).toEqual([]);
      double.unknowns.date = 0;
      expect((await run(['--bodies', 'none'])).stderr).toBe('');
    },
  );

  test('a run whose time is over leaves the rest to the next one', async () => {
    const webhook = busyWebhook(30);
    clock.advance(DAY);
    const pass = async (most: number): Promise<number> => {
      const archive = await ArchiveFolder.open(folder, double.url);
      const reader = new AccountReader({
        baseUrl: double.url,
        clock: { now: () => clock.nowMs() },
        credentials: double.auth,
        rateShare: 70,
        rateLimit: 1_000_000,
        timeoutMs: 10_000,
        overMs: Number.POSITIVE_INFINITY,
        signal: new AbortController().signal,
        onWait: () => undefined,
      });
      const isOver = () => reader.requests >= most;
      const one = new ArchiveRun({
        folder: archive,
        reader,
        bodies: 'none',
        isOver,
        mask: undefined,
      });
      await mirrorWebhooks(one);
      await readLogs(one);
      return one.done.rows;
    };
    await mkdir(folder);
    expect(await pass(3)).toBe(200);
    const rest = await pass(100);
    expect(rest).toBe(listed(webhook).length - 200);
    expect(keysOf(await kept('invocations'))).toEqual(listed(webhook));
  });
});

describe('what looks like a secret', () => {
  const all = async () => {
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((one) => one.isFile())
      .map((one) => readFile(join(one.parentPath, one.name), 'utf8'));
    return (await Promise.all(texts)).join('\n');
  };
  const prepare = () => {
    double.unknowns.masksAuthorization = false;
    const { id } = double.account.create({
      authentication: { type: 'bearer_token' },
      endpoint: 'https://example.com/hook?key=query_secret',
    });
    double.account.setTraffic(id, { perHour: 60, lateShare: 0 });
    clock.advance(10 * MINUTE);
    double.account.setTraffic(id, undefined);
  };

  test('is masked in all files, with what options name, and the rest of a body stays', async () => {
    prepare();
    const options = ['--bodies', 'all', '--mask-fields', 'subject'];
    expect((await run(options)).code).toBe(0);
    const text = await all();
    expect(text).toContain('Bearer ********');
    expect(text).not.toContain('remote_endpoint_token');
    expect(text).not.toContain('query_secret');
    const [attempt] = (await kept('attempts')) as { request: { payload: string } }[];
    const payload = JSON.parse(attempt?.request.payload ?? '');
    expect(payload).toMatchObject({ subject: '********', type: expect.stringMatching(/./) });
  });

  test('stays with --no-masking', async () => {
    prepare();
    expect((await run(['--bodies', 'all', '--no-masking'])).code).toBe(0);
    const text = await all();
    expect(text).toContain('remote_endpoint_token');
    expect(text).toContain('query_secret');
  });
});
