import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@hooktrail/harness/zendesk/manual-clock';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { createRemote } from '@hooktrail/server/create-remote';
import { RequestPace } from '@hooktrail/server/request-pace';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AccountReader } from './account-reader.ts';
import { ArchiveFolder } from './archive-folder.ts';
import { ArchiveRun } from './archive-run.ts';
import { countWanted } from './count-wanted.ts';
import { fetchBodies } from './fetch-bodies.ts';
import { mirrorWebhooks } from './mirror-webhooks.ts';
import { readLogs } from './read-logs.ts';

const HOUR = 60 * 60_000;

let clock: ManualClock;
let double: ZendeskDouble;
let folder: string;

beforeEach(async () => {
  clock = new ManualClock();
  double = await startZendeskDouble({ clock });
  double.rate.limit = 1_000_000;
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-unavailable-'));
});

afterEach(async () => {
  await double.close();
  await rm(folder, { recursive: true, force: true });
});

/** A run that asks once where the real one tries for 16 s. */
async function begin(bodies: 'all' | 'none' = 'none'): Promise<ArchiveRun> {
  const remote = createRemote({
    baseUrl: double.url,
    clock: { now: () => clock.nowMs() },
    credentials: double.auth,
    fetch: (url, init) => fetch(url, init),
    signal: new AbortController().signal,
  });
  const reader = {
    pace: new RequestPace(100, 1_000_000),
    remoteMs: clock.nowMs(),
    ask: (request: (one: typeof remote) => unknown) => request(remote),
  } as unknown as AccountReader;
  const run = new ArchiveRun({
    folder: await ArchiveFolder.open(folder, double.url),
    reader,
    bodies,
    isOver: () => false,
    mask: undefined,
  });
  await mirrorWebhooks(run);
  return run;
}

const webhooks = (count: number): string[] =>
  Array.from({ length: count }, () => {
    const { id } = double.account.create();
    double.account.setTraffic(id, { perHour: 2, lateShare: 0, outcomes: { success: 1 } });
    return id;
  });
const die = (path: string, status = 500): void => {
  const times = Number.POSITIVE_INFINITY;
  double.faults.next({ kind: 'status', status }, { times, matching: new RegExp(path) });
};
const unread = (run: ArchiveRun): string[] =>
  Object.entries(run.folder.state.webhooks).flatMap(([id, { watermarkMs }]) =>
    watermarkMs === clock.nowMs() ? [] : [id],
  );

test.each([500, 503, 408])(
  'a log that is answered with %i keeps no other from being read',
  async (status) => {
    const [dead = ''] = webhooks(4);
    clock.advance(HOUR);
    die(`${dead}/`, status);
    const run = await begin();
    await readLogs(run);
    expect(unread(run)).toEqual([dead]);
    expect(run.problems).toEqual([expect.stringMatching(new RegExp(`^webhook .*: .*${status}`))]);
  },
);

test('three unavailable logs in a row end the run, and the next run begins with those behind them', async () => {
  webhooks(5);
  clock.advance(HOUR);
  const first = await begin();
  const ids = Object.keys(first.folder.state.webhooks);
  const dead = ids.slice(0, 3);
  die(`(?:${dead.join('|')})/`);
  await expect(readLogs(first)).rejects.toMatchObject({ code: 'unavailable' });
  expect(unread(first)).toEqual(ids);
  clock.advance(HOUR);
  const second = await begin();
  await expect(readLogs(second)).rejects.toMatchObject({ code: 'unavailable' });
  expect(unread(second)).toEqual(dead);
});

test.each([500, 408])(
  'a body that is answered with %i keeps no other from being fetched, and is lost when the service has forgotten it',
  async (status) => {
    const [webhook = ''] = webhooks(1);
    clock.advance(5 * HOUR);
    double.account.setTraffic(webhook, undefined);
    const [dead] = double.account.history(webhook).slice(-2);
    die(`${dead?.id}/attempts`, status);
    for (const waiting of [1, 1, 1, 1, 1, 1, 0]) {
      if (waiting === 0) clock.advance(8 * 24 * HOUR);
      const run = await begin('all');
      await readLogs(run);
      await fetchBodies(run);
      expect(await countWanted(run.folder)).toBe(waiting);
      expect(run.problems).toHaveLength(waiting);
      expect(run.done.bodiesLost).toBe(1 - waiting);
    }
  },
);

test('three unavailable bodies in a row are left with all others to the next run', async () => {
  const [webhook = ''] = webhooks(1);
  clock.advance(5 * HOUR);
  double.account.setTraffic(webhook, undefined);
  die('/attempts');
  const run = await begin('all');
  await readLogs(run);
  const { count } = double.requests;
  await fetchBodies(run);
  expect(double.requests.count - count).toBe(3);
  expect(run.problems).toEqual([expect.stringMatching(/^bodies of 3 invocations: /)]);
  double.faults.clear();
  await fetchBodies(run);
  expect(await countWanted(run.folder)).toBe(0);
  expect(run.done).toMatchObject({ attempts: run.done.rows, bodiesLost: 0 });
});
