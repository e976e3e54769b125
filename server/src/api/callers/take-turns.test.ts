import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let lock: pg.Client;

beforeEach(async () => {
  api = await startTestApi({ connections: 12 });
  lock = new pg.Client({ connectionString: api.databaseUrl });
  await lock.connect();
});
afterEach(async () => {
  const ended = once(lock, 'end');
  await lock.end();
  await ended;
  await api.stop();
});

/** Statements that wait for a lock: after a second, one that looks for deadlocks has another wait event for a moment. */
async function waiting(): Promise<number> {
  const [row] = await api.sql(
    `select count(distinct pid)::integer as n
    from pg_locks join pg_stat_activity using (pid)
    where not granted and datname = current_database()`,
  );
  return row?.n as number;
}

test('lists of one account that wait for the database leave another its turn', async () => {
  const { id } = await api.webhook();
  await lock.query('begin');
  await lock.query('lock table invocation in access exclusive mode');
  const lists = Array.from({ length: 12 }, () => api.call('GET', `/v1/webhooks/${id}/invocations`));
  await eventually('as many as may read', async () => (await waiting()) === 5);
  expect((await api.call('GET', '/v1/audit', undefined, { token: 'admin-2' })).status).toBe(200);
  expect((await api.call('GET', '/v1/audit', undefined, { token: 'admin-2' })).status).toBe(200);
  expect(await waiting()).toBe(5);
  await lock.query('rollback');
  expect((await Promise.all(lists)).map(({ status }) => status)).toEqual(Array(12).fill(200));
});

test('requests of one account that wait for the database leave another its turn', async () => {
  const webhooks = [];
  for (let n = 0; n < 8; n++) webhooks.push(await api.webhook({ name: `n${n}` }));
  const other = await api.webhook({}, 'admin-2');
  // The changes of account 1 wait for these rows.
  await lock.query('begin');
  await lock.query(
    'select from webhook where id in (select id from webhook where name ~ $1) for update',
    ['^n'],
  );
  let answered = 0;
  const changes = webhooks.map(async ({ id }) => {
    const { status } = await api.call('PATCH', `/api/v2/webhooks/${id}`, {
      webhook: { name: 'm' },
    });
    answered++;
    return status;
  });
  await eventually('as many as may wait', async () => (await waiting()) === 3);
  const patched = await api.call(
    'PATCH',
    `/api/v2/webhooks/${other.id}`,
    { webhook: { name: 'm' } },
    { token: 'admin-2' },
  );
  expect(patched.status).toBe(204);
  expect([answered, await waiting()]).toEqual([0, 3]);
  await lock.query('rollback');
  expect(new Set(await Promise.all(changes))).toEqual(new Set([204]));
});

/** Sends the text of a request over a connection of its own. */
async function begin(head: readonly string[]): Promise<Socket> {
  const socket = connect(await portOf(api), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return socket;
}

async function portOf({ app }: TestApi): Promise<number> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as { port: number }).port;
}

const changeOf = (token: string) => [
  'POST /api/v2/webhooks HTTP/1.1',
  'Host: 127.0.0.1',
  `Authorization: Bearer ${token}`,
  'Content-Type: application/json',
  'Content-Length: 100',
];

test('changes whose bodies do not come keep no turn, and none when their callers leave', async () => {
  await portOf(api);
  let heads = 0;
  api.app.server.on('request', () => {
    heads++;
  });
  const stalled: Socket[] = [];
  for (const token of ['admin-1', 'admin-1', 'admin-1', 'admin-1', 'admin-2', 'admin-2']) {
    stalled.push(await begin(changeOf(token)));
  }
  await eventually('all heads to be read', async () => heads === stalled.length);
  const timedOut = Promise.race(
    stalled.map((socket) => once(socket, 'data').then(() => 'timed out')),
  );
  const changed = Promise.all([api.webhook(), api.webhook({}, 'admin-2')]);
  expect(await Promise.race([timedOut, changed])).not.toBe('timed out');
  const [{ id }] = await changed;
  for (const socket of stalled) socket.destroy();
  expect((await api.call('DELETE', `/api/v2/webhooks/${id}`)).status).toBe(204);
});

test('callers that leave while they sign out keep no turn', async () => {
  const own = { host: 'localhost:80', origin: 'http://localhost:80' };
  for (let n = 0; n < 4; n++) {
    const { headers } = await api.app.inject({
      method: 'POST',
      url: '/v1/session',
      headers: own,
      payload: { token: 'admin-1' },
    });
    const cookie = String(headers['set-cookie']).split(';')[0] as string;
    await lock.query('begin');
    await lock.query('lock table session in share mode');
    const socket = await begin([
      'DELETE /v1/session HTTP/1.1',
      `Host: ${own.host}`,
      `Origin: ${own.origin}`,
      `Cookie: ${cookie}`,
    ]);
    await eventually('it to wait for the session', async () => (await waiting()) === 1);
    socket.destroy();
    await once(socket, 'close');
    await lock.query('rollback');
    await eventually('the session to end', async () => {
      const { statusCode } = await api.app.inject({
        url: '/v1/session',
        headers: { ...own, cookie },
      });
      return statusCode === 401;
    });
  }
  expect((await api.webhook()).id).toBeDefined();
});
