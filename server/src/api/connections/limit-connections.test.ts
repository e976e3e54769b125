import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { eventually } from '@hooktrail/harness/eventually';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limitConnections } from './limit-connections.ts';

let server: Server;
let waiting: ServerResponse[];
const sockets: Socket[] = [];

beforeEach(async () => {
  waiting = [];
  server = createServer((request, response) => {
    if (request.url === '/wait') waiting.push(response);
    else {
      response.statusCode = request.url === '/401' ? 401 : 200;
      response.end('ok');
    }
  });
  limitConnections(server, 4);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A connection, with what it received. */
async function open() {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  const client = { socket, text: '', closed: false };
  socket.setEncoding('utf8').on('data', (text) => {
    client.text += text;
  });
  socket.once('close', () => {
    client.closed = true;
  });
  await once(socket, 'connect');
  return client;
}

type Client = Awaited<ReturnType<typeof open>>;

async function ask(client: Client, path: string): Promise<void> {
  client.text = '';
  client.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await eventually('the answer', () => client.text.endsWith('ok'));
}

const openNow = (clients: readonly Client[]) => clients.map(({ closed }) => !closed);

test('a new connection takes the place of a silent one, the oldest first', async () => {
  const silent = [await open(), await open(), await open(), await open()];
  const working = await open();
  await ask(working, '/');
  await eventually('the oldest to be closed', () => silent[0]?.closed);
  expect(openNow(silent)).toEqual([false, true, true, true]);
});

test('half a head and bad credentials make a connection no better than a silent one', async () => {
  const good = await open();
  await ask(good, '/');
  const half = await open();
  half.socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-');
  const bad = await open();
  await ask(bad, '/401');
  const silent = await open();
  const all = [good, half, bad, silent];
  await open().then((client) => ask(client, '/wait-not'));
  await eventually('the half to be closed', () => half.closed);
  await open().then((client) => ask(client, '/'));
  await eventually('another to be closed', () => openNow(all).filter(Boolean).length === 2);
  expect(good.closed).toBe(false);
  await open().then((client) => ask(client, '/'));
  await eventually('another to be closed', () => openNow(all).filter(Boolean).length === 1);
  expect(good.closed).toBe(false);
  // Now all others are idle as well, and the one that was idle for longest goes.
  await open().then((client) => ask(client, '/'));
  await eventually('the good one to be closed', () => good.closed);
});

test('a connection with a request in progress is not closed; the new one is', async () => {
  const clients = [await open(), await open(), await open(), await open()];
  for (const { socket } of clients) {
    socket.write('GET /wait HTTP/1.1\r\nHost: x\r\n\r\nGET /wait HTTP/1.1\r\nHost: x\r\n\r\n');
  }
  await eventually('the requests', () => waiting.length === 8);
  const late = await open();
  await eventually('the late one to be closed', () => late.closed);
  // Of two requests on a connection one has ended: it still carries the other.
  waiting[0]?.end('ok');
  await eventually('the answer', () => clients.some(({ text }) => text.endsWith('ok')));
  const later = await open();
  await eventually('the later one to be closed', () => later.closed);
  expect(openNow(clients)).toEqual([true, true, true, true]);
  for (const response of waiting) response.end('ok');
  await eventually('all answers', () => clients.every(({ text }) => text.split('ok').length === 3));
  await ask(await open(), '/');
});
