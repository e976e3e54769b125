import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tokenHash } from '../../secrets/token-hash.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

/**
 * Callers that leave before they were answered. Their authentication asks the database for what this process does not
 * know.
 */

let api: TestApi;
let lock: pg.Client;
let port: number;
let [there, gone] = [0, 0];
const sockets: Socket[] = [];

beforeEach(async () => {
  // An account gets 28 of them.
  api = await startTestApi({ limits: { connections: 32 } });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = (api.app.server.address() as AddressInfo).port;
  [there, gone] = [0, 0];
  api.app.server.on('request', (_request, response) => {
    there++;
    response.once('close', () => gone++);
  });
  await api.sql(
    `insert into token (id, account_id, name, role, hash)
    values (gen_random_uuid(), 1, 'made elsewhere', 'admin', $1)`,
    [tokenHash('made-elsewhere')],
  );
  lock = new pg.Client({ connectionString: api.databaseUrl });
  await lock.connect();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  const ended = once(lock, 'end');
  await lock.end();
  await ended;
  await api.stop();
});

/** A request and its answer so far. */
interface Caller {
  readonly socket: Socket;
  text: string;
}

function call(start: string, { headers = '', body = '' } = {}): Caller {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const caller = { socket, text: '' };
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (text) => {
    caller.text += text;
  });
  const authorization = 'Authorization: Bearer made-elsewhere\r\n';
  socket.write(`${start} HTTP/1.1\r\nHost: x\r\n${authorization}${headers}\r\n${body}`);
  return caller;
}

/** Lets callers leave while they are authenticated, and returns the first line of the answer to one that came last. */
async function leave(count: number, leaving: () => Caller, last: () => Caller): Promise<string> {
  await lock.query('begin');
  await lock.query('lock table token, inbox in access exclusive mode');
  const callers = Array.from({ length: count }, leaving);
  await eventually('all to come', () => there === count);
  for (const { socket } of callers) socket.destroy();
  await eventually('all to leave', () => gone === count);
  const stays = last();
  await eventually('the last to come', () => there === count + 1);
  await lock.query('rollback');
  await eventually('the answer', () => stays.text !== '');
  return stays.text.split('\r\n', 1)[0] as string;
}

test('callers that leave before their token is known take no share', async () => {
  const list = () => call('GET /api/v2/webhooks');
  expect(await leave(28, list, list)).toBe('HTTP/1.1 200 OK');
});

test('callers that leave before their inbox is known take no share', async () => {
  const { status } = await api.call('POST', '/v1/inboxes', {
    inbox: { name: 'in', scheme: 'zendesk', secrets: ['the-secret-of-zendesk'] },
  });
  expect(status).toBe(201);
  await api.sql('update inbox set token_hash = $1', [tokenHash('hi_elsewhere')]);
  const headers = 'Content-Type: application/json\r\nContent-Length: 2\r\n';
  const send = () => call('POST /in/hi_elsewhere', { headers, body: '{}' });
  // It has no signature.
  expect(await leave(28, send, send)).toBe('HTTP/1.1 401 Unauthorized');
});

test('nobody waits for the answer to a caller that left before it read', async () => {
  const headers = 'Cache-Control: max-age=60\r\n';
  const list = () => call('GET /api/v2/webhooks', { headers });
  await leave(1, list, () => call('GET /v1/session'));
  const other = list();
  await eventually('the answer', () => other.text.startsWith('HTTP/1.1 200 OK'));
});

test('a connection that closes gives back what its pipelined requests took', async () => {
  await lock.query('begin');
  await lock.query('lock table token in access exclusive mode');
  const first = call('GET /api/v2/webhooks');
  const next = 'GET /api/v2/webhooks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer admin-1\r\n\r\n';
  first.socket.write(next.repeat(28));
  await eventually('all to come', () => there === 29);
  expect((await api.call('GET', '/api/v2/webhooks')).status).toBe(429);
  first.socket.destroy();
  await eventually('all to leave', () => gone === 29);
  await lock.query('rollback');
  expect((await api.call('GET', '/api/v2/webhooks')).status).toBe(200);
});
