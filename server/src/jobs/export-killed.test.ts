import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@hooktrail/harness/eventually';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPartitions } from '../keep/partitions.ts';
import { uuidFromId } from '../model/ids.ts';
import { DAY_MS } from '../model/time-units.ts';
import { fillInvocations } from '../testing/fill-invocations.ts';
import { gateExports } from '../testing/gate-exports.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { call, sql } from '../testing/test-node.ts';

const PER_DAY = 3_000;
const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;

let url: string;
let drop: () => Promise<void>;
let dir: string;
let node: ServerProcess | undefined;

const start = () =>
  startServer({
    HOOKTRAIL_DATABASE_URL: url,
    HOOKTRAIL_PORT: '0',
    HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
    HOOKTRAIL_EXPORT_DIR: dir,
  });

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  dir = await mkdtemp(join(tmpdir(), 'hooktrail-exports-'));
  const nowMs = TODAY_MS - 3 * DAY_MS;
  await keepPartitions(url, { nowMs, ahead: 4, keepMs: Number.MAX_SAFE_INTEGER });
});
afterAll(async () => {
  node?.kill('SIGTERM');
  await node?.ended;
  await rm(dir, { recursive: true, force: true });
  await drop();
});

interface Row {
  readonly state: string;
}

test('nodes that are killed while they export leave each row in one file, once', async () => {
  node = await start();
  const gate = await gateExports(url);
  const api = () => (node as ServerProcess).url;
  const webhookId = await subscribe(api(), 'test.exported', 'http://127.0.0.1:9/');
  const times = [2, 1].flatMap((ago) =>
    Array.from({ length: PER_DAY }, (_, index) => TODAY_MS - ago * DAY_MS + index),
  );
  const ids = await fillInvocations(url, webhookId, times);
  await gate.set(0);
  const created = await call(api(), 'POST', '/v1/jobs', {
    kind: 'export',
    of: 'invocations',
    query: `webhook:${webhookId}`,
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const { id } = created.body.job;
  const jobRow = async () =>
    (await sql<Row>(url, 'select state from job where id = $1', [uuidFromId(id)]))[0] as Row;
  // Each time it has rows in its file that are not recorded: of the first day, and of the second.
  for (const rows of [PER_DAY + 1, Number.MAX_SAFE_INTEGER]) {
    await gate.held();
    expect((await jobRow()).state).toBe('running');
    node.kill('SIGKILL');
    await node.ended;
    await gate.set(rows);
    node = await start();
    await sql(url, `update job set leased_until = '-infinity'`);
  }
  await eventually('the job to be done', async () => (await jobRow()).state === 'done');
  const { body } = await call(api(), 'GET', `/v1/jobs/${id}/files`);
  const found: string[] = [];
  for (const { name, sha256, rows, bytes } of body.files) {
    const text = await readFile(join(dir, id, name), 'utf8');
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    expect(Buffer.byteLength(text)).toBe(bytes);
    const lines = text.split('\n').slice(0, -1);
    expect(lines).toHaveLength(rows);
    found.push(...lines.map((line) => JSON.parse(line).id));
  }
  expect(body.files).toHaveLength(2);
  expect(found).toEqual(ids.toSorted());
  expect((await call(api(), 'GET', `/v1/jobs/${id}`)).body.job.counts.rows).toBe(ids.length);
  // What killed nodes left is cleared away.
  expect((await readdir(join(dir, id))).filter((name) => name.startsWith('.'))).toEqual([]);
}, 300_000);
