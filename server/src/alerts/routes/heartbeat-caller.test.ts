import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAddressRules } from '../../addresses/address-rules.ts';
import { createNameResolver } from '../../addresses/create-name-resolver.ts';
import { createDial } from '../../addresses/dial.ts';
import { type Database, openDatabase } from '../../database/database.ts';
import { createFetch } from '../../http-client/create-fetch.ts';
import { newId, uuidFromId } from '../../model/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { createTestAlerts } from '../../testing/test-alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { sql } from '../../testing/test-node.ts';
import type { Evaluations } from '../alert-evaluator.ts';
import { HeartbeatCaller, QUIET_MS } from './heartbeat-caller.ts';

const NOW_MS = Date.UTC(2026, 0, 31);

let files: TestDatabase;
let database: Database;
let watch: Receiver;
let warnings: string[] = [];
const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(line) });

beforeAll(async () => {
  files = await createTestDatabase();
  database = openDatabase(files.url, { connections: 2, log });
});
beforeEach(async () => {
  watch = await startReceiver();
  warnings = [];
  await sql(files.url, 'delete from alert_lease');
});
afterEach(() => watch.close());
afterAll(async () => {
  await database.close();
  await files.drop();
});

const node = newId(NOW_MS);

async function hold(holder: string): Promise<void> {
  await sql(
    files.url,
    `insert into alert_lease (id, node, until_at, heartbeat_due_at)
    values (1, $1, now() + interval '1 minute', now() - interval '1 second')
    on conflict (id) do update set node = excluded.node, until_at = excluded.until_at,
      heartbeat_due_at = excluded.heartbeat_due_at`,
    [uuidFromId(holder)],
  );
}

interface Given {
  readonly evaluations?: Evaluations;
  readonly notReady?: string;
  readonly networks?: readonly string[];
  /** Of a node that really evaluates. */
  readonly parts?: Partial<ConstructorParameters<typeof HeartbeatCaller>[0]>;
}

function caller({
  evaluations = { succeededMs: NOW_MS, failedMs: undefined },
  networks = ['127.0.0.0/8'],
  notReady,
  parts = {},
}: Given = {}): HeartbeatCaller {
  const dial = createDial(createAddressRules(networks), createNameResolver({ servers: [] }));
  return new HeartbeatCaller({
    database,
    evaluations: () => evaluations,
    fetch: createFetch({ dial, accountId: 1, mostBytes: 1_000 }),
    log,
    monotonic: () => NOW_MS,
    node,
    notReadyReason: async () => notReady,
    url: watch.url.replace('http://', 'http://ann:p%40ss@').concat('/ping/secret?x=1'),
    ...parts,
  });
}

test('the node that evaluates calls once a minute', async () => {
  await hold(node);
  expect(await caller().look()).toBe(true);
  // A node that takes over goes on with the same minute.
  expect(await caller().look()).toBe(false);
  expect(watch.requests).toMatchObject([
    {
      method: 'GET',
      path: '/ping/secret?x=1',
      headers: { authorization: `Basic ${Buffer.from('ann:p@ss').toString('base64')}` },
    },
  ]);
  const [{ due_in: dueIn }] = (await sql<{ due_in: number }>(
    files.url,
    'select extract(epoch from heartbeat_due_at - now())::float8 as due_in from alert_lease',
  )) as [{ due_in: number }];
  expect(dueIn).toBeGreaterThan(50);
  expect(dueIn).toBeLessThanOrEqual(60);
});

test.each<[string, Given]>([
  ['none was made', { evaluations: { succeededMs: undefined, failedMs: undefined } }],
  ['the last one is old', { evaluations: { succeededMs: NOW_MS - QUIET_MS, failedMs: undefined } }],
  [
    'one failed a moment ago',
    { evaluations: { succeededMs: NOW_MS, failedMs: NOW_MS - QUIET_MS + 1 } },
  ],
  ['the node is not ready', { notReady: 'the database is away' }],
])('nobody is called where %s', async (_why, given) => {
  await hold(node);
  expect(await caller(given).look()).toBe(false);
  expect(watch.requests).toEqual([]);
});

test('three minutes after a failure all is well again', async () => {
  await hold(node);
  const evaluations = { succeededMs: NOW_MS - MINUTE_MS, failedMs: NOW_MS - QUIET_MS };
  expect(await caller({ evaluations }).look()).toBe(true);
  expect(watch.requests).toHaveLength(1);
});

test('an evaluation is as old as it is, whatever somebody sets the clock of the database to', async () => {
  const watcher = await createTestAlerts(files.url, []);
  const { clock, evaluator, monotonic, node: evaluating } = watcher;
  const heart = caller({
    parts: { evaluations: () => evaluator.evaluations, monotonic, node: evaluating },
  });
  clock.nowMs = NOW_MS;
  clock.setBackMs = HOUR_MS;
  expect(await watcher.evaluate()).toBe(true);
  await hold(evaluating);
  clock.setBackMs = 0;
  expect(await heart.look()).toBe(true);
  // The next evaluation hangs.
  await hold(evaluating);
  clock.setBackMs = 2 * HOUR_MS;
  clock.aheadMs = QUIET_MS - 1;
  expect(await heart.look()).toBe(true);
  await hold(evaluating);
  clock.aheadMs = QUIET_MS;
  expect(await heart.look()).toBe(false);
  await watcher.close();
});

test('another node does not call', async () => {
  expect(await caller().look()).toBe(false);
  await hold(newId(NOW_MS + 1));
  expect(await caller().look()).toBe(false);
  expect(watch.requests).toEqual([]);
});

test('a call that fails is logged once, without the URL', async () => {
  await hold(node);
  watch.behave((_request, response) => response.writeHead(500).end());
  const failing = caller();
  await failing.look();
  await hold(node);
  await failing.look();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('the receiver answered 500');
  await hold(node);
  await caller({ networks: [] }).look();
  expect(warnings[1]).toContain('loopback address');
  expect(warnings.join()).not.toMatch(/secret|p@ss|p%40ss/);
  expect(watch.requests).toHaveLength(2);
});
