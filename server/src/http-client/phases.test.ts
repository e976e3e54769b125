import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import tls, { createServer as createTlsServer } from 'node:tls';
import { startConnectProxy } from '@hooktrail/harness/connect-proxy';
import { type Script, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAddressRules } from '../addresses/address-rules.ts';
import type { NameResolver } from '../addresses/create-name-resolver.ts';
import { LookUpFailed } from '../addresses/look-up-failed.ts';
import { PHASES } from '../model/phases.ts';
import { createHttpClient, type HttpClient } from './create-http-client.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { HttpRequest } from './http-request.ts';

/*
 * Time stands still here, but where a step of the test moves it on: during the look-up, after it, when
 * the endpoint has the client's first bytes, and so on. What is expected does not depend on the machine.
 */
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const MIB = 1024 * 1024;

let nowMs = 0;
const pass = (ms: number) => {
  nowMs += ms;
};

const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  nowMs = 1_000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Finds 127.0.0.1 after 5 ms; the connection takes 7 ms. */
const resolve: NameResolver = async (hostname) => {
  pass(5);
  if (hostname === 'missing.test') throw new LookUpFailed('ENOTFOUND', hostname);
  // After the client has begun to dial, before it can have an answer.
  queueMicrotask(() => process.nextTick(() => pass(7)));
  return [{ address: '127.0.0.1', family: 4 }];
};

function clientOf(proxyPort?: number, proxyHost = '127.0.0.1'): HttpClient {
  const client = createHttpClient(
    createAddressRules(['127.0.0.0/8']),
    resolve,
    undefined,
    proxyPort === undefined
      ? undefined
      : { host: proxyHost, port: proxyPort, authorization: undefined, exceptions: [] },
  );
  cleanups.push(async () => client.stop());
  return client;
}

async function receiverOf(script: Script): Promise<number> {
  const receiver = await startRawReceiver(script);
  cleanups.push(() => receiver.close());
  return receiver.port;
}

/** What the request took, and the phases that happened. */
async function phasesOf(
  client: HttpClient,
  origin: string,
  values: Partial<HttpRequest> = {},
  timeLimitMs = 12_000,
) {
  const exchange = await new Promise<HttpExchange>((ended) => {
    const body = Buffer.from('{}');
    const request = { origin, path: '/', method: 'POST', headers: [], body, ...values };
    client.send(request, timeLimitMs, 0, ended);
  });
  // The pool keeps a connection two turns after the answer.
  for (let turn = 0; turn < 4; turn++) await nextTurn();
  const { durationMs, phases } = exchange;
  const happened = PHASES.map((phase, index) => [phase, phases?.[index]] as const);
  const times = Object.fromEntries(happened.filter(([, ms]) => ms !== -1 && ms !== undefined));
  return { durationMs, times };
}

/** Goes on after some turns of the event loop. */
function afterTurns(turns: number, next: () => void): void {
  if (turns === 0) next();
  else setImmediate(() => afterTurns(turns - 1, next));
}

/** Thinks for 50 ms, and takes 9 ms for the second half of its answer. */
const slowly: Script = (socket) => {
  pass(50);
  // The client reads what has arrived in the turn after this one.
  socket.write(OK.slice(0, 10), () =>
    afterTurns(3, () => {
      pass(9);
      socket.write(OK.slice(10));
    }),
  );
};

/** Listens on loopback until the test ends. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  return (server.address() as AddressInfo).port;
}

/** An endpoint with TLS that takes 30 ms when it has the first bytes of a handshake. */
async function secureEndpoint(): Promise<number> {
  const authority = testAuthority('Hooktrail Test Authority');
  const { createSecureContext } = tls;
  vi.spyOn(tls, 'createSecureContext').mockImplementation((options) =>
    createSecureContext({ ca: authority.cert, ...options }),
  );
  syncBuiltinESMExports();
  const secure = createTlsServer(
    testCertificate({ names: ['a.test'], issuer: authority }),
    (socket) => {
      socket
        .on('error', () => undefined)
        // Over TLS a client learns in the turn after it that its request is written.
        .on('data', () =>
          afterTurns(1, () => {
            pass(50);
            socket.write(OK);
          }),
        );
    },
  );
  cleanups.push(async () => syncBuiltinESMExports());
  return listen((socket) => {
    socket.once('readable', () => {
      pass(30);
      secure.emit('connection', socket);
    });
  });
}

describe('the phases of a request', () => {
  it('begin with the look-up, and add up to the whole', async () => {
    const port = await receiverOf(slowly);
    const { durationMs, times } = await phasesOf(clientOf(), `http://a.test:${port}`);
    expect(times).toEqual({ dns: 5, connect: 7, request: 0, first_byte: 50, body: 9 });
    expect(durationMs).toBe(71);
  });

  it('over a kept connection begin with the request', async () => {
    const port = await receiverOf(slowly);
    const client = clientOf();
    await phasesOf(client, `http://a.test:${port}`);
    expect(await phasesOf(client, `http://a.test:${port}`)).toEqual({
      durationMs: 59,
      times: { request: 0, first_byte: 50, body: 9 },
    });
  });

  it('to an address have no look-up', async () => {
    const port = await receiverOf(slowly);
    const { times } = await phasesOf(clientOf(), `http://127.0.0.1:${port}`);
    expect(times).toEqual({ connect: 0, request: 0, first_byte: 50, body: 9 });
  });

  it('have the handshake, with https', async () => {
    const port = await secureEndpoint();
    const client = clientOf();
    expect(await phasesOf(client, `https://a.test:${port}`)).toEqual({
      durationMs: 92,
      times: { dns: 5, connect: 7, tls: 30, request: 0, first_byte: 50, body: 0 },
    });
    expect((await phasesOf(client, `https://a.test:${port}`)).times).toEqual({
      request: 0,
      first_byte: 50,
      body: 0,
    });
  });

  it('have the writing of a request that is read slowly', async () => {
    let unread = 16 * MIB;
    const port = await listen((socket) => {
      // The first bytes have come, and the rest does not fit into the buffers of the kernel.
      socket.once('readable', () => {
        pass(40);
        socket.on('data', (bytes) => {
          unread -= bytes.length;
          if (unread > 0) return;
          unread = Number.POSITIVE_INFINITY;
          pass(50);
          socket.write(OK);
        });
      });
    });
    const body = Buffer.alloc(16 * MIB);
    const { times } = await phasesOf(clientOf(), `http://127.0.0.1:${port}`, { body });
    expect(times).toEqual({ connect: 0, request: 40, first_byte: 50, body: 0 });
  });

  it('have no wait where the answer comes before the request was read', async () => {
    const port = await listen((socket) => {
      socket.once('readable', () => {
        pass(40);
        socket.write(OK);
      });
    });
    const body = Buffer.alloc(16 * MIB);
    const { times } = await phasesOf(clientOf(), `http://127.0.0.1:${port}`, { body });
    expect(times).toEqual({ connect: 0, request: 40, first_byte: 0, body: 0 });
  });
});

describe('the phases of a request without an answer end', () => {
  it('with the look-up that failed', async () => {
    const { durationMs, times } = await phasesOf(clientOf(), 'http://missing.test');
    expect({ durationMs, times }).toEqual({ durationMs: 5, times: { dns: 5 } });
  });

  it('with the connection that was refused', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    const { times } = await phasesOf(clientOf(), `http://a.test:${port}`);
    expect(times).toEqual({ dns: 5, connect: 7 });
  });

  it('with the handshake that the endpoint broke off', async () => {
    const port = await listen((socket) => {
      socket.once('readable', () => {
        pass(30);
        socket.destroy();
      });
    });
    const { times } = await phasesOf(clientOf(), `https://a.test:${port}`);
    expect(times).toEqual({ dns: 5, connect: 7, tls: 30 });
  });

  it('with the wait that took too long', async () => {
    // The limit strikes while the endpoint thinks, and not before it has the request.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const port = await receiverOf(() => {
      pass(60);
      afterTurns(3, () => vi.advanceTimersByTime(10_000));
    });
    const { durationMs, times } = await phasesOf(clientOf(), `http://a.test:${port}`, {}, 200);
    expect(times).toEqual({ dns: 5, connect: 7, request: 0, first_byte: 60 });
    expect(durationMs).toBe(72);
  });

  it('with the answer that was cut off', async () => {
    const port = await receiverOf((socket) => {
      pass(50);
      socket.end(OK.slice(0, -1));
    });
    const { times } = await phasesOf(clientOf(), `http://a.test:${port}`);
    expect(times).toEqual({ dns: 5, connect: 7, request: 0, first_byte: 50, body: 0 });
  });

  it('before they began, where nothing was dialled', async () => {
    const { times } = await phasesOf(clientOf(), 'http://10.0.0.1');
    expect(times).toEqual({});
  });
});

describe('the phases of a request through a proxy', () => {
  it('have its tunnel', async () => {
    const port = await receiverOf((socket, request) => {
      if (!request.startsWith('CONNECT ')) return slowly(socket, request);
      pass(20);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
    });
    // The address of an endpoint is not looked up by us.
    const client = clientOf(port);
    const { times } = await phasesOf(client, 'http://127.0.0.1:9');
    expect(times).toEqual({ connect: 0, proxy: 20, request: 0, first_byte: 50, body: 9 });
    expect((await phasesOf(client, 'http://127.0.0.1:9')).times).toEqual({
      request: 0,
      first_byte: 50,
      body: 9,
    });
  });

  it('have the look-up of its name, and the handshake inside of it', async () => {
    const port = await secureEndpoint();
    const proxy = await startConnectProxy({ hosts: { 'a.test': '127.0.0.1' } });
    cleanups.push(() => proxy.close());
    const { durationMs, times } = await phasesOf(
      clientOf(proxy.port, 'proxy.test'),
      `https://a.test:${port}`,
    );
    const { dns = 0, connect = 0, proxy: tunnel = 0, ...inside } = times;
    expect(inside).toEqual({ tls: 30, request: 0, first_byte: 50, body: 0 });
    // Our own check of the endpoint's name takes 5 ms beside them, and its end another 7.
    expect(dns).toBeGreaterThanOrEqual(5);
    expect(dns + connect + tunnel).toBe(24);
    expect(durationMs).toBe(104);
  });

  it('end with the tunnel that it refused', async () => {
    const port = await receiverOf((socket) => {
      pass(20);
      socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    });
    const { times } = await phasesOf(clientOf(port), 'http://127.0.0.1:9');
    expect(times).toEqual({ connect: 0, proxy: 20 });
  });
});
