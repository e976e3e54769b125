import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@hooktrail/harness/eventually';
import { startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, spawnServer, startServer } from './testing/server-process.ts';
import { subscribe } from './testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';
import { call } from './testing/test-node.ts';
import { startTraceCollector } from './testing/trace-collector.ts';

/**
 * Writes which packages of OpenTelemetry a process has loaded, when it ends: all of them are CommonJS. prom-client,
 * which measures the process, loads the API itself.
 */
const WITNESS = `
process.on('exit', () => {
  const loaded = Object.keys(require.cache).filter((path) => /@opentelemetry\\/(?!api\\/)/.test(path));
  require('node:fs').writeFileSync(process.env.WITNESS_FILE, JSON.stringify(loaded));
});`;

let database: TestDatabase;
let folder: string;
let node: ServerProcess | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-traces-'));
  await writeFile(join(folder, 'witness.cjs'), WITNESS);
});
afterEach(() => {
  if (node?.end === undefined) node?.kill('SIGKILL');
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

async function start(env: Record<string, string>): Promise<ServerProcess> {
  node = await startServer({
    HOOKTRAIL_DATABASE_URL: database.url,
    NODE_OPTIONS: `--require ${join(folder, 'witness.cjs')}`,
    WITNESS_FILE: join(folder, 'loaded.json'),
    ...env,
  });
  return node;
}

/** Stops it, and reads what it had loaded. */
async function stopped(running: ServerProcess): Promise<string[]> {
  running.kill('SIGTERM');
  expect(await running.ended, running.output()).toBe(0);
  return JSON.parse(await readFile(join(folder, 'loaded.json'), 'utf8'));
}

test('a node loads nothing of OpenTelemetry unless it is switched on', async () => {
  const running = await start({
    OTEL_SERVICE_NAME: 'x',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_TRACES_EXPORTER: 'none',
  });
  expect((await call(running.url, 'POST', '/v1/events', { type: 'a.b' })).status).toBe(202);
  expect(await stopped(running)).toEqual([]);
});

test('a collector that never answers holds up neither deliveries nor the end of the process', async () => {
  const collector = await startTraceCollector();
  collector.behave(() => undefined);
  const receiver = await startReceiver();
  const running = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
    OTEL_BSP_EXPORT_TIMEOUT: '600000',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_BSP_MAX_QUEUE_SIZE: '8',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
  });
  await subscribe(running.url, 'hang.test', receiver.url);
  await eventually('an export', () => collector.requests.length > 0);
  const batch = Array.from({ length: 200 }, () => ({ type: 'hang.test' }));
  expect((await call(running.url, 'POST', '/v1/events/batch', batch)).status).toBe(200);
  await eventually('all deliveries', () => receiver.requests.length === 200);
  // While one batch hangs, no other is sent, and what finds no room in the queue is dropped.
  expect(collector.requests).toHaveLength(1);
  const loaded = await stopped(running);
  expect(loaded.some((path) => path.includes('exporter-trace-otlp-proto'))).toBe(true);
  expect(loaded.filter((path) => path.includes('exporter-trace-otlp-http'))).toEqual([]);
  expect(collector.spans.length).toBeLessThanOrEqual(4 + 8);
  await receiver.close();
  await collector.close();
});

test('a collector that asks to be tried later does not hold up the end of the process', async () => {
  const collector = await startTraceCollector();
  // Within the time limit of an export, and longer than this test may take.
  collector.behave((_request, response) => response.writeHead(503, { 'retry-after': '500' }).end());
  const running = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
    OTEL_BSP_EXPORT_TIMEOUT: '600000',
    OTEL_BSP_SCHEDULE_DELAY: '20',
  });
  expect((await call(running.url, 'POST', '/v1/events', { type: 'a.b' })).status).toBe(202);
  await eventually('an export', () => collector.requests.length > 0);
  await stopped(running);
  // Nothing is tried again, and what ended after the first export is sent once, by the stop.
  expect(collector.requests.length).toBeLessThanOrEqual(2);
  await collector.close();
});

test('a wrong variable of OpenTelemetry stops the start, and names its rule', async () => {
  const refused = spawnServer({
    HOOKTRAIL_DATABASE_URL: database.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  });
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toContain(
    'OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json',
  );
});
