import { type AddressInfo, connect, type Socket } from 'node:net';
import { eventually } from '@hooktrail/harness/eventually';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let port: number;
const sockets: Socket[] = [];

beforeEach(async () => {
  api = await startTestApi({ limits: { connections: 32 } });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = (api.app.server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await api.stop();
});

/** Sends the head of a request whose body never comes. */
function begin(head: string, token = 'admin-1') {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const client = { socket, text: '' };
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (text) => {
    client.text += text;
  });
  socket.write(`${head} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`);
  socket.write('Content-Type: application/json\r\n');
  return client;
}

const refused = (clients: { text: string }[]) =>
  clients.filter(({ text }) => text.startsWith('HTTP/1.1 429')).length;

test('bodies that do not come take a share of the connections; another account is answered', async () => {
  const clients = Array.from({ length: 30 }, () => {
    const client = begin('POST /api/v2/webhooks');
    client.socket.write('Content-Length: 20\r\n\r\n{');
    return client;
  });
  await eventually('those without a place', () => refused(clients) === 2);
  expect(clients.find(({ text }) => text !== '')?.text).toMatch(/retry-after: 1\r\n/i);
  expect((await api.call('GET', '/api/v2/webhooks', undefined, { token: 'admin-2' })).status).toBe(
    200,
  );
  expect((await api.call('GET', '/api/v2/webhooks')).status).toBe(429);
  for (const { socket } of clients) socket.destroy();
  await eventually('room again', async () => {
    return (await api.call('GET', '/api/v2/webhooks')).status === 200;
  });
});

test.each([
  ['a length', `Content-Length: ${5 * 1024 * 1024}`],
  ['no length', 'Transfer-Encoding: chunked'],
])('bodies with %s take a share of the memory', async (_, header) => {
  const clients = Array.from({ length: 25 }, () => {
    const client = begin('POST /v1/events/batch', 'publish-1');
    client.socket.write(`${header}\r\n\r\n`);
    return client;
  });
  // Of 128 MiB an account has 112, which are 22 of 5 MiB.
  await eventually('those without room', () => refused(clients) === 3);
  const small = await api.call('GET', '/api/v2/webhooks');
  expect(small.status).toBe(200);
});
