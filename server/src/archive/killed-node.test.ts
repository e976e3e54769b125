import { eventually } from '@hooktrail/harness/eventually';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idFromUuid, newId } from '../model/ids.ts';
import { HOUR_MS } from '../model/time-units.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { call, sql } from '../testing/test-node.ts';

/** Twelve pages. */
const COUNT = 1_200;

let url: string;
let drop: () => Promise<void>;
let double: ZendeskDouble;
let node: ServerProcess | undefined;

const start = () =>
  startServer({
    HOOKTRAIL_DATABASE_URL: url,
    HOOKTRAIL_PORT: '0',
    HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
  });

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  double = await startZendeskDouble();
});
afterAll(async () => {
  node?.kill('SIGTERM');
  await node?.ended;
  await double.close();
  await drop();
});

test('a node that is killed while it archives loses no row, and the next one repeats none', async () => {
  // Seven a second, so that there is time to kill between two pages.
  double.rate.limit = 600;
  const { account } = double;
  const { id: webhook } = account.create();
  account.addRows(
    webhook,
    Array.from({ length: COUNT }, (_, index) => ({
      id: newId(Date.now() - HOUR_MS - index),
      status: index % 3 === 0 ? 'throttled' : 'success',
      completedAtMs: Date.now() - HOUR_MS + index * 1_000,
    })),
  );
  node = await start();
  const created = await call(node.url, 'POST', '/v1/sources', {
    source: {
      name: 'acme',
      base_url: double.url,
      credentials: { email: double.auth.email, api_token: double.auth.apiToken },
      bodies: { policy: 'none' },
    },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const archived = () =>
    sql<{ id: string; status: string; at: Date }>(
      url,
      'select invocation_id as id, status, completed_at as at from archive_attempt',
    );
  const keys = async () =>
    (await archived())
      .map(({ at, id, status }) => `${idFromUuid(id)} ${status} ${at.getTime()}`)
      .sort();

  // However late a kill comes, the log is not read to its end by then.
  let go: () => void = () => undefined;
  const killed = new Promise<void>((resolve) => {
    go = resolve;
  });
  double.onRequest = async ({ pathname }) => {
    if (pathname.endsWith('/invocations') && (await archived()).length >= 800) await killed;
  };
  for (const pages of [2, 6]) {
    await eventually(`${pages} pages`, async () => (await archived()).length >= pages * 100);
    node.kill('SIGKILL');
    await node.ended;
    expect((await archived()).length).toBeLessThan(COUNT);
    // Its lease would expire within 30 s.
    await sql(url, `update source set leased_until = '-infinity'`);
    node = await start();
  }
  double.onRequest = undefined;
  go();
  const all = account
    .history(webhook)
    .map(({ completedAtMs, id, status }) => `${id} ${status} ${completedAtMs}`)
    .sort();
  await eventually('all rows', async () => (await archived()).length >= COUNT);
  await eventually('the end of the log', async () => {
    const [row] = await sql<{ read: boolean }>(
      url,
      'select watermark_at is not null as read from archive_webhook',
    );
    return row?.read === true;
  });
  expect(await keys()).toEqual(all);
  expect(await sql(url, 'select from archive_gap')).toEqual([]);
  // Each page once, the interrupted ones once more, and what looks again afterwards.
  const asked = double.requests.latest.filter(({ path }) => path.includes('/invocations'));
  expect(asked.length).toBeLessThan(COUNT / 100 + 10);
});
