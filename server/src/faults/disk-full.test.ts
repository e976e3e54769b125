import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { maySmallDisk, onSmallDisk, smallDiskOf } from '@hooktrail/harness/small-disk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectWholeTrail } from '../testing/expect-whole-trail.ts';
import { type Publishers, startPublishers } from '../testing/publishers.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { call, makeDue, sql } from '../testing/test-node.ts';

const TYPE = 'disk.full';
/** Fills PostgreSQL's log and a table within seconds. */
const DETAIL = { text: Array.from({ length: 2_000 }, (_, index) => index.toString(36)).join() };

const folder = await mkdtemp(join(tmpdir(), 'hooktrail-disk-'));
const possible = await maySmallDisk(folder);
if (!possible) console.warn('this machine allows no mounts: the test of a full disk is skipped');

let receiver: Receiver;
let server: ServerProcess | undefined;
let load: Publishers | undefined;

beforeAll(async () => {
  receiver = await startReceiver();
});

afterAll(async () => {
  server?.kill('SIGTERM'); // which also stops its PostgreSQL
  await server?.ended;
  await load?.stop();
  await receiver.close();
  await rm(folder, { recursive: true });
});

test.runIf(possible)(
  'a full disk: 503 until there is room, and nothing accepted is lost',
  async () => {
    server = await startServer(
      { HOOKTRAIL_DATABASE_URL: '', HOOKTRAIL_DATA_DIR: folder },
      onSmallDisk(folder),
    );
    const { url, pid } = server;
    const disk = smallDiskOf(pid, folder);
    const socket = encodeURIComponent(disk.path('socket'));
    const databaseUrl = `postgresql://hooktrail@${socket}:5432/hooktrail?sslmode=disable`;
    await subscribe(url, TYPE, receiver.url);
    load = startPublishers({ url: () => url, type: TYPE, detail: DETAIL });
    const { accepted, refusals } = load;
    await eventually('the load', () => accepted.size >= 100);

    await disk.fill();
    await eventually('refusals', () => refusals.length >= 20);
    expect((await call(url, 'GET', '/healthz')).status).toBe(200);

    // PostgreSQL first uses the spare segments of its log. Then it exits, and cannot start.
    await eventually('the end of PostgreSQL', async () => {
      await sql(databaseUrl, 'select pg_switch_wal()').catch(() => undefined);
      return server?.output().includes('PostgreSQL ended unexpectedly');
    });
    const before = refusals.length;
    await eventually('more refusals', () => refusals.length >= before + 20);
    expect((await call(url, 'GET', '/healthz')).status).toBe(200);
    expect((await call(url, 'GET', '/readyz')).status).toBe(503);
    expect(await readFile(disk.path('postgres.log'), 'utf8')).toContain('No space left on device');

    await disk.clear();
    const clearedMs = Date.now();
    const most = accepted.size;
    await eventually('publishing to continue', () => accepted.size > most, { patienceMs: 60_000 });
    console.info(`publishing continued ${Date.now() - clearedMs} ms after the disk had room`);
    await eventually('the load', () => accepted.size >= most + 50);
    await load.stop();
    for (const { status, retryAfter } of refusals) {
      expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '1' });
    }
    await makeDue(databaseUrl, { expired: true });
    await expectWholeTrail(databaseUrl, receiver, accepted);
  },
  180_000,
);
