import { execFileSync } from 'node:child_process';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, makeDue, sql } from '../testing/test-node.ts';

const TYPE = 'test.exhausted.node';

let database: TestDatabase;
let node: ServerProcess;
let receiver: RawReceiver;

const answer = (status: string) =>
  `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startServer({ HOOKTRAIL_DATABASE_URL: database.url });
  receiver = await startRawReceiver((socket) => socket.end(answer('500 No')));
});

afterAll(async () => {
  node.kill('SIGTERM');
  await node.ended;
  await receiver.close();
  await database.drop();
});

/** How many files and sockets the node may have; the number of what is open does not matter. */
function allowFiles(count: number): void {
  execFileSync('prlimit', ['--pid', String(node.pid), `--nofile=${count}:`]);
}

interface Attempt {
  readonly number: number;
  readonly status: string;
  readonly class: string | null;
  readonly reason: string;
}

const attempts = () =>
  sql<Record<string, unknown> & Attempt>(
    database.url,
    `select number, status, split_part(error_message, ':', 1) as class, reason
    from attempt order by number`,
  );

// Linux can change the limits of a process that runs.
test.runIf(process.platform === 'linux').each([
  ['an address', '127.0.0.1'],
  ['a name that is looked up', 'receiver.example'],
])('a node without sockets uses up no attempt on the way to %s', async (_what, host) => {
  await sql(database.url, 'truncate event, invocation, attempt');
  const created = await call(node.url, 'POST', '/api/v2/webhooks', {
    webhook: {
      name: host,
      endpoint: `http://${host}:${receiver.port}/`,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [`${TYPE}_${host.length}`],
    },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const published = await call(node.url, 'POST', '/v1/events', { type: `${TYPE}_${host.length}` });
  expect(published.status).toBe(202);
  await eventually('the first attempt', async () => (await attempts()).length === 1);

  allowFiles(3);
  await makeDue(database.url);
  await eventually('two attempts in vain', async () => (await attempts()).length >= 3);
  allowFiles(1_024);
  await eventually('an attempt with a socket', async () => {
    const last = (await attempts()).at(-1);
    return last?.class !== 'node exhausted';
  });

  const all = await attempts();
  const vain = all.slice(1, -1);
  expect(vain.length).toBeGreaterThanOrEqual(2);
  for (const [index, attempt] of vain.entries()) {
    expect(attempt).toMatchObject({
      status: 'failed',
      class: 'node exhausted',
      reason: `not counted: this node had no socket, file or memory left; sent again after ${2 ** index} s`,
    });
  }
  // The endpoint's own second failure: the schedule goes on where it was.
  expect(all.at(-1)?.reason).toMatch(/^retry 2 of 9/);
  const [counts] = await sql(
    database.url,
    'select attempts_count - manual_count as counted from invocation',
  );
  expect(counts).toEqual({ counted: 2 });
});
