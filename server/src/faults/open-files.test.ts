import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, sql } from '../testing/test-node.ts';

/** What the shell gives the node; Linux gives a login 1,024 by default. */
const OPEN_FILES = 1_024;
const IDLE = 1_300;

let database: TestDatabase;
let healthy: Receiver;
let silent: RawReceiver;
let server: ServerProcess;
const sockets: Socket[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  healthy = await startReceiver();
  silent = await startRawReceiver(() => undefined);
  server = await startServer({ HOOKTRAIL_DATABASE_URL: database.url }, [
    'bash',
    '-c',
    `ulimit -n ${OPEN_FILES} && exec "$0" "$@"`,
  ]);
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.kill('SIGKILL');
  await server.ended;
  await healthy.close();
  await silent.close();
  await database.drop();
});

/** A connection to the node, on which `head` was sent. */
async function open(head: string): Promise<{ text: string; socket: Socket }> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  const client = { text: '', socket };
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (text) => {
    client.text += text;
  });
  await once(socket, 'connect');
  if (head !== '') socket.write(head);
  return client;
}

async function publishUntilDelivered(type: string, count: number): Promise<void> {
  const before = healthy.requests.length;
  const batch = Array.from({ length: count }, () => ({ type }));
  const { status } = await call(server.url, 'POST', '/v1/events/batch', batch);
  expect(status).toBe(200);
  await eventually('the deliveries', () => healthy.requests.length === before + count);
}

test('idle connections and silent endpoints use up no files that deliveries need', async () => {
  const half = await open('POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-');
  await subscribe(server.url, 'files.healthy', healthy.url);
  const webhookIds = [];
  for (let n = 0; n < 12; n++) {
    webhookIds.push(await subscribe(server.url, 'files.silent', silent.url));
  }
  const batch = Array.from({ length: 64 }, () => ({ type: 'files.silent' }));
  await call(server.url, 'POST', '/v1/events/batch', batch);
  await eventually('the silent ones', () => silent.connections.open > 200);

  for (let n = 0; n < IDLE; n++) await open('');
  await publishUntilDelivered('files.healthy', 300);
  // Each on a connection of its own, as a publisher that has just started.
  const closing = { connection: 'close' };
  for (let n = 0; n < 20; n++) {
    const { status } = await call(server.url, 'GET', '/api/v2/webhooks', undefined, closing);
    expect(status).toBe(200);
  }

  const failed = await sql(
    database.url,
    "select error_message from attempt where error_message !~ '^timeout'",
  );
  expect(failed).toEqual([]);
  expect(server.output()).not.toMatch(/EMFILE|too many open files/i);

  // Half a head: it was closed for a new connection, or answered when its time was over.
  await eventually('the half to be closed', () => half.socket.destroyed || half.text !== '');
});

test('a connection that sends half a head, or nothing, is closed after ten seconds', async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  const half = await open('GET /healthz HTTP/1.1\r\nHost: x\r\nX-');
  const nothing = await open('');
  for (const client of [half, nothing]) {
    await eventually('the end', () => client.socket.destroyed || client.socket.readableEnded);
    expect(client.text).toMatch(/^HTTP\/1\.1 408 /);
  }
});
