import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DatabaseGate, startDatabaseGate } from './database-gate.ts';
import { eventually } from './eventually.ts';

interface Client {
  readonly socket: Socket;
  received: string;
  closed: boolean;
}

let databases: Server[];
let first: string;
let gate: DatabaseGate;
let clients: Client[];

/** A database that answers with its name and what it was sent. */
async function database(name: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => socket.write(`${name}: ${chunk}`));
  });
  databases.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `postgresql://user@127.0.0.1:${(server.address() as AddressInfo).port}/database`;
}

async function client(url = gate.url): Promise<Client> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const made: Client = { socket, received: '', closed: false };
  clients.push(made);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    made.received += chunk;
  });
  socket.on('close', () => {
    made.closed = true;
  });
  await once(socket, 'connect');
  return made;
}

beforeEach(async () => {
  databases = [];
  clients = [];
  first = await database('first');
  gate = await startDatabaseGate(first);
});

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await gate.close();
  for (const server of databases) server.close();
});

test('passes bytes in both directions', async () => {
  const one = await client();
  one.socket.write('select 1');
  await eventually('the answer', () => one.received === 'first: select 1');
  expect(new URL(gate.url).pathname).toBe('/database');
});

test('holds bytes, ends and new connections while it is shut', async () => {
  const [one, ending] = [await client(), await client()];
  one.socket.write('a');
  ending.socket.write('b');
  await eventually('the answers', () => one.received !== '' && ending.received !== '');
  gate.shut();
  one.socket.write('c');
  ending.socket.destroy();
  const late = await client();
  late.socket.write('d');
  await eventually('the connection', () => gate.connections === 3);
  // As long as an answer takes that no gate holds.
  const direct = await client(first);
  direct.socket.write('e');
  await eventually('the answer', () => direct.received === 'first: e');
  expect(one.received).toBe('first: a');
  expect(late.received).toBe('');
  const [server] = databases as [Server];
  const open = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  expect(await open()).toBe(3);

  gate.open();
  await eventually('what waited', () => one.received === 'first: afirst: c');
  await eventually('the new one', () => late.received === 'first: d');
  await eventually('the end', async () => (await open()) === 3);
  expect(one.closed).toBe(false);
});

test('cuts connections, also one that waits', async () => {
  const one = await client();
  gate.shut();
  const waiting = await client();
  await eventually('the connection', () => gate.connections === 2);
  gate.cut();
  await eventually('the cut', () => one.closed && waiting.closed);
  gate.open();
  const next = await client();
  next.socket.write('a');
  await eventually('the answer', () => next.received === 'first: a');
});

test('leads to another database', async () => {
  const one = await client();
  gate.pointAt(await database('second'));
  await eventually('the cut', () => one.closed);
  const next = await client();
  next.socket.write('a');
  await eventually('the answer', () => next.received === 'second: a');
});

test('swallows the answer to some bytes, once', async () => {
  const one = await client();
  gate.swallowAnswerTo('insert');
  one.socket.write('insert');
  await eventually('the cut', () => one.closed);
  expect(one.received).toBe('');
  const next = await client();
  next.socket.write('insert');
  await eventually('the answer', () => next.received === 'first: insert');
});
