import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, type Script, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAddressRules } from '../addresses/address-rules.ts';
import { createHttpClient, type HttpClient } from './create-http-client.ts';
import { headerValue } from './header-value.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { HttpRequest } from './http-request.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function newHttpClient(allowed = ['127.0.0.0/8', '::1/128'], mostOpen?: number): HttpClient {
  const client = createHttpClient(createAddressRules(allowed), undefined, mostOpen);
  cleanups.push(async () => client.stop());
  return client;
}

async function receiver(script: Script): Promise<RawReceiver> {
  const started = await startRawReceiver(script);
  cleanups.push(() => started.close());
  return started;
}

function requestTo(origin: string, values: Partial<HttpRequest> = {}): HttpRequest {
  return {
    origin,
    path: '/hook?a=1',
    method: 'POST',
    headers: ['Content-Type', 'application/json', 'Authorization', 'Basic c2VjcmV0'],
    body: Buffer.from('{"é":1}'),
    ...values,
  };
}

const NOW_MS = 1_700_000_000_000;

function send(
  client: HttpClient,
  url: string,
  timeLimitMs = 12_000,
  values: Partial<HttpRequest> = {},
): Promise<HttpExchange> {
  return new Promise((resolve) => {
    client.send(requestTo(url, values), timeLimitMs, NOW_MS, resolve);
  });
}

const answer =
  (text: string | Buffer): Script =>
  (socket) => {
    socket.write(text);
  };
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const status = (code: number, headers = '') =>
  `HTTP/1.1 ${code} Whatever\r\n${headers}Content-Length: 2\r\n\r\nok`;

/** Answers with the number of requests it has seen; its backlog holds one unaccepted connection. */
const LATE_RECEIVER = `
let seen = 0;
const server = require('node:http').createServer((request, response) => {
  seen++;
  response.end(String(seen));
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  console.log('port ' + server.address().port);
});`;

/** Sends one request to a receiver with a script. */
async function exchangeWith(script: Script, timeLimitMs?: number) {
  const target = await receiver(script);
  const exchange = await send(newHttpClient(), target.url, timeLimitMs);
  return { exchange, target };
}

const closed = (target: RawReceiver) =>
  eventually('the connection to be closed', () => target.connections.open === 0);

describe('what is sent and kept', () => {
  it('sends the bytes as they are and keeps the answer', async () => {
    const { exchange, target } = await exchangeWith(
      answer(
        'HTTP/1.1 201 Created\r\nX-One: 1\r\nSet-Cookie: a\r\nset-cookie: b\r\nContent-Length: 5\r\n\r\nhéo!',
      ),
    );
    expect(exchange).toEqual({
      status: 'success',
      startedAtMs: NOW_MS,
      durationMs: expect.any(Number),
      phases: [-1, expect.any(Number), -1, -1, ...Array(3).fill(expect.any(Number))],
      response: {
        statusCode: 201,
        headers: ['X-One', '1', 'Set-Cookie', 'a', 'set-cookie', 'b', 'Content-Length', '5'],
        body: 'héo!',
        length: 5,
      },
      fault: undefined,
      errorMessage: undefined,
    });
    const [head, body] = (target.requests[0] as string).split('\r\n\r\n');
    expect(head).toMatch(/^POST \/hook\?a=1 HTTP\/1\.1\r\n/);
    expect(head).toContain('Authorization: Basic c2VjcmV0');
    expect(Buffer.from(body as string, 'latin1').toString()).toBe('{"é":1}');
  });

  it('sends no body with GET', async () => {
    const target = await receiver(answer(OK));
    const exchange = await send(newHttpClient(), target.url, 12_000, {
      method: 'GET',
      body: undefined,
    });
    expect(exchange.status).toBe('success');
    expect(target.requests[0]).toMatch(/\r\n\r\n$/);
    expect(target.requests[0]).not.toMatch(/transfer-encoding/i);
  });

  it.each([
    [200, 'success'],
    [204, 'success'],
    [299, 'success'],
    [300, 'failed'],
    [304, 'failed'],
    [400, 'client error'],
    [410, 'client error'],
    [499, 'client error'],
    [500, 'server error'],
    [599, 'server error'],
    [600, 'failed'],
    [999, 'failed'],
  ])('calls %i %s', async (code, expected) => {
    const { exchange } = await exchangeWith(
      answer(code === 204 || code === 304 ? `HTTP/1.1 ${code} X\r\n\r\n` : status(code)),
    );
    expect(exchange).toMatchObject({ status: expected, response: { statusCode: code } });
  });

  it('asks before it writes to a new connection, and then writes nothing', async () => {
    const target = await receiver(answer(OK));
    const client = newHttpClient();
    const asked: boolean[] = [];
    const mayBegin = () => asked.push(false) < 1;
    const exchange = await send(client, target.url, undefined, { mayBegin });
    expect(exchange).toMatchObject({ unsent: true, response: undefined });
    expect(await send(client, target.url)).toMatchObject({ status: 'success' });
    expect(asked).toHaveLength(1);
    // Its connection was closed, and is not used for others.
    expect([target.requests.length, target.connections.made]).toEqual([1, 2]);
  });

  it('never follows a redirect', async () => {
    const elsewhere = await receiver(answer(OK));
    for (const code of [301, 302, 303, 307, 308]) {
      const { exchange } = await exchangeWith(
        answer(status(code, `Location: ${elsewhere.url}/\r\n`)),
      );
      expect(exchange).toMatchObject({
        status: 'failed',
        errorMessage: 'redirect: not followed',
        response: { statusCode: code, body: 'ok' },
      });
      expect(headerValue(exchange.response?.headers ?? [], 'location')).toBe(`${elsewhere.url}/`);
    }
    expect(elsewhere.connections.made).toBe(0);
  });

  it('ignores 1xx answers', async () => {
    const { exchange } = await exchangeWith(
      answer(`HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`),
    );
    expect(exchange).toMatchObject({
      status: 'success',
      response: { statusCode: 200, headers: ['Content-Length', '2'], body: 'ok' },
    });
  });

  it.each([
    ['in one piece', [`HTTP/1.1 100 Continue\r\n\r\n${OK}`]],
    ['twice', [`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Go on\r\nX: y\r\n\r\n${OK}`]],
    ['among others', [`HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${OK}`]],
    ['with careless line ends', [`HTTP/1.1 100 Continue\n\n${OK}`]],
    ['in pieces', [...`HTTP/1.1 100 Continue\r\nX: y\r\n\r\n${OK}`]],
    ['with its answer in pieces', ['HTTP/1.1 100 Continue\r\n\r\n', ...OK]],
  ])('accepts a 100 Continue that it did not ask for: %s', async (_how, pieces) => {
    const target = await receiver((socket) => {
      const rest = [...pieces];
      socket.setNoDelay(true);
      const next = () => {
        const piece = rest.shift();
        if (piece !== undefined) socket.write(piece, () => setImmediate(next));
      };
      next();
    });
    const client = newHttpClient();
    for (let turn = 0; turn < 3; turn++) {
      expect(await send(client, target.url)).toMatchObject({
        status: 'success',
        response: { statusCode: 200, headers: ['Content-Length', '2'], body: 'ok', length: 2 },
      });
    }
  });

  it('keeps a body that PostgreSQL can store, whatever the bytes', async () => {
    const body = Buffer.from([0x61, 0x00, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x62]);
    const { exchange } = await exchangeWith((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    expect(exchange.response?.length).toBe(9);
    expect(exchange.response?.body).toMatch(/^a\ufffd\ufffd\ufffd\(\ufffd+b$/);
    expect(exchange.response?.body.isWellFormed()).toBe(true);
  });

  it('neither asks for compression nor decompresses: a bomb costs only what was sent', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024));
    const { exchange, target } = await exchangeWith((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`,
      );
      socket.write(bomb);
    });
    expect(target.requests[0]).not.toMatch(/accept-encoding/i);
    expect(exchange).toMatchObject({ status: 'success', response: { length: bomb.length } });
    const kept = new TextDecoder().decode(bomb).replaceAll('\u0000', '\ufffd');
    expect(kept.startsWith(exchange.response?.body ?? '?')).toBe(true);
    expect(exchange.response?.body.length).toBeGreaterThan(30_000);
  });
});

describe('an answer that does not arrive', () => {
  it('is a timeout when nothing arrives', async () => {
    const { exchange, target } = await exchangeWith(() => undefined, 100);
    expect(exchange).toMatchObject({
      status: 'timeout',
      response: undefined,
      errorMessage: 'timeout: no answer within 100 ms',
    });
    expect(exchange.durationMs).toBeGreaterThanOrEqual(99);
    await closed(target);
  });

  it('is a timeout when the head drips', async () => {
    const { exchange, target } = await exchangeWith((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 10);
      socket.on('close', () => clearInterval(drip));
    }, 150);
    expect(exchange).toMatchObject({ status: 'timeout', response: undefined });
    await closed(target);
  });

  it('lets the status stand when the body drips, and keeps what arrived', async () => {
    const target = await receiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nstart');
      const drip = setInterval(() => socket.write('.'), 10);
      socket.on('close', () => clearInterval(drip));
    });
    // The limit, which is the only timer of an exchange, strikes after some drops.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sent = send(newHttpClient(), target.url, 150);
    await eventually('the drops', () => target.bytesWritten > 55);
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    vi.advanceTimersByTime(10_000);
    const exchange = await sent;
    expect(exchange).toMatchObject({
      status: 'success',
      fault: undefined,
      errorMessage: 'timeout: answer not complete within 150 ms',
      response: { statusCode: 200 },
    });
    expect(exchange.response?.body).toMatch(/^start\.+$/);
    await closed(target);
  });

  it('is a timeout when 1xx answers never end', async () => {
    const { exchange, target } = await exchangeWith((socket) => {
      const drip = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 10);
      socket.on('close', () => clearInterval(drip));
    }, 150);
    expect(exchange).toMatchObject({ status: 'timeout', response: undefined });
    await closed(target);
  });

  it('is not sent when the connection is established too late', async () => {
    // A stopped process accepts no connection: beyond its backlog, requests wait to connect.
    const stopped = spawn(process.execPath, ['-e', LATE_RECEIVER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    stopped.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    cleanups.push(async () => {
      stopped.kill('SIGKILL');
      await once(stopped, 'exit');
    });
    const port = await eventually('a port', () => /^port (\d+)\n/.exec(said)?.[1]);
    stopped.kill('SIGSTOP');
    const client = newHttpClient();
    const url = `http://127.0.0.1:${port}`;
    const exchanges = await Promise.all(Array.from({ length: 8 }, () => send(client, url, 150)));
    for (const { status, errorMessage } of exchanges) {
      expect({ status, errorMessage }).toEqual({
        status: 'timeout',
        errorMessage: 'timeout: no answer within 150 ms',
      });
    }
    stopped.kill('SIGCONT');
    const late = await send(client, url);
    expect(late.status).toBe('success');
    // Only requests on an established connection can have been read; none followed on a new one.
    expect(Number(late.response?.body)).toBeLessThanOrEqual(4);
  });
});

describe('an invalid answer', () => {
  it.each<[string, Script, string]>([
    ['reset before it', (socket) => socket.resetAndDestroy(), 'connection closed'],
    ['closed before it', (socket) => socket.end(), 'connection closed'],
    ['not HTTP', answer('SSH-2.0-OpenSSH_9.2\r\n'), 'malformed answer'],
    ['binary noise', answer(Buffer.alloc(500, 0x9d)), 'malformed answer'],
    ['an unknown version', answer('HTTP/9.9 200 OK\r\n\r\n'), 'malformed answer'],
    ['a status of letters', answer('HTTP/1.1 abc OK\r\n\r\n'), 'malformed answer'],
    ['a status of five digits', answer('HTTP/1.1 99999 OK\r\n\r\n'), 'malformed answer'],
    [
      'an upgrade that was not asked for',
      answer('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
      'malformed answer',
    ],
    [
      'an upgrade that names no protocol',
      answer('HTTP/1.1 101 Switching\r\n\r\n'),
      'malformed answer',
    ],
  ])('is a failure: %s', async (_what, script, expected) => {
    const { exchange, target } = await exchangeWith(script);
    expect(exchange).toMatchObject({ status: 'failed', fault: 'endpoint', response: undefined });
    expect(exchange.errorMessage).toMatch(new RegExp(`^${expected}: `));
    await closed(target);
  });

  const ALL = 'all that came';
  it.each<[string, string, string]>([
    ['an impossible header name', 'Bad Header: 1\r\nContent-Length: 13', ALL],
    ['a blank before a colon', 'Content-Length : 13', ALL],
    ['a warning among the headers', 'Warning in mod_x.c line 7\r\nContent-Length: 13', ALL],
    ['a content length of letters', 'Content-Length: ten', ALL],
    ['two content lengths', 'Content-Length: 2\r\nContent-Length: 3', ALL],
    [
      'a length beside chunks',
      'Content-Length: 2\r\nTransfer-Encoding: chunked',
      `d\r\n${ALL}\r\n0\r\n\r\n`,
    ],
    ['a header of 1 MiB', `X-Big: ${'x'.repeat(1024 * 1024)}`, ''],
    ['10,000 headers', Array.from({ length: 10_000 }, (_, n) => `X-${n}: ${n}`).join('\r\n'), ''],
    ['a chunk size that is none', 'Transfer-Encoding: chunked', `d ?\r\n${ALL}\r\n0\r\n\r\n`],
    ['junk trailers', 'Transfer-Encoding: chunked', `d\r\n${ALL}\r\n0\r\njunk\r\n\r\n`],
  ])('lets the status decide, and closes the connection: %s', async (_what, headers, rest) => {
    for (const [code, expected] of [
      [200, 'success'],
      [503, 'server error'],
    ] as const) {
      const { exchange, target } = await exchangeWith(
        answer(`HTTP/1.1 ${code} X\r\n${headers}\r\n\r\n${rest}`),
      );
      expect(exchange).toMatchObject({
        status: expected,
        fault: code === 200 ? undefined : 'endpoint',
        response: { statusCode: code, body: rest === '' ? '' : ALL },
        errorMessage: expect.stringMatching(/^malformed answer: /),
      });
      await closed(target);
    }
  });

  it.each<[string, Script]>([
    [
      'reset in its body',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () =>
          setImmediate(() => socket.resetAndDestroy()),
        );
      },
    ],
    [
      'closed in its body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
    ],
    [
      'closed between two chunks',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
    ],
    [
      'a chunk that lies about its length',
      answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalfzzz\r\n'),
    ],
  ])('is by its status, keeps what came and says what went wrong: %s', async (_what, script) => {
    const { exchange, target } = await exchangeWith(script);
    expect(exchange).toMatchObject({
      status: 'success',
      fault: undefined,
      response: { statusCode: 200 },
    });
    expect('half'.startsWith(exchange.response?.body ?? '?')).toBe(true);
    expect(exchange.errorMessage).toMatch(/^(connection closed|malformed answer): /);
    await closed(target);
  });

  it('accepts an answer with extra bytes after its end', async () => {
    const { exchange } = await exchangeWith(answer(`${OK}and more`));
    expect(exchange).toMatchObject({ status: 'success', response: { body: 'ok', length: 2 } });
  });

  it('ends with the connection when it states no length', async () => {
    const { exchange } = await exchangeWith((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall'));
    expect(exchange).toMatchObject({ status: 'success', response: { body: 'all' } });
  });
});

describe('an endless answer', () => {
  it('is cut off after 1 MiB, keeps 64 KiB, and costs no more memory', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let written = 0;
    const flood = (socket: Socket) => {
      while (socket.writable && socket.write(chunk)) written += chunk.length;
    };
    const target = await receiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.on('drain', () => flood(socket));
      flood(socket);
    });
    const client = newHttpClient();
    const before = process.memoryUsage();
    const exchanges = await Promise.all(Array.from({ length: 20 }, () => send(client, target.url)));
    const after = process.memoryUsage();
    for (const { status, errorMessage, response } of exchanges) {
      expect(status).toBe('success');
      expect(errorMessage).toMatch(/^answer cut off: /);
      expect(response?.body).toHaveLength(64 * 1024);
      expect(response?.length).toBeGreaterThan(1024 * 1024);
      expect(response?.length).toBeLessThan(2 * 1024 * 1024);
    }
    expect(
      after.external + after.arrayBuffers - before.external - before.arrayBuffers,
    ).toBeLessThan(200 * 1024 * 1024);
    client.stop();
    await closed(target);
    expect(written).toBeLessThan(20 * 16 * 1024 * 1024);
  });
});

describe('a connection', () => {
  it('is reused', async () => {
    const target = await receiver(answer(OK));
    const client = newHttpClient();
    for (let turn = 0; turn < 20; turn++) {
      expect((await send(client, target.url)).status).toBe('success');
    }
    // Two, because a connection becomes free a moment after its exchange ends.
    expect(target.connections.made).toBeLessThanOrEqual(2);
  });

  it.each([
    ['the server closes it', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['the server is of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['it is kept for a second only', status(200, 'Keep-Alive: timeout=1\r\n')],
    ['more came than was asked for', `${OK}${OK}`],
    ['it is uncertain where the answer ends', OK.replace('OK', 'O\rK')],
    ['a line ends without CR', OK.replace('OK\r', 'OK')],
  ])('is not used again when %s', async (_why, text) => {
    const target = await receiver(answer(text));
    const client = newHttpClient();
    for (let turn = 1; turn <= 3; turn++) {
      expect(await send(client, target.url)).toMatchObject({
        status: 'success',
        response: { body: 'ok' },
      });
      await closed(target);
      expect(target.connections.made).toBe(turn);
    }
  });

  it('is closed when an answer arrives before its request', async () => {
    const sockets: Socket[] = [];
    const target = await receiver((socket) => {
      sockets.push(socket);
      socket.write(OK);
    });
    const client = newHttpClient();
    await send(client, target.url);
    await eventually('a free connection', () => target.connections.open === 1);
    sockets[0]?.write('HTTP/1.1 500 Not asked\r\nContent-Length: 0\r\n\r\n');
    await closed(target);
    expect((await send(client, target.url)).status).toBe('success');
    expect(target.connections.made).toBe(2);
  });

  it('is closed a second before the server would close it, if unused', async () => {
    const target = await receiver(answer(status(200, 'Keep-Alive: timeout=2\r\n')));
    const client = newHttpClient();
    const start = performance.now();
    await send(client, target.url);
    expect(target.connections.open).toBe(1);
    await closed(target);
    expect(performance.now() - start).toBeGreaterThanOrEqual(999);
    expect((await send(client, target.url)).status).toBe('success');
  });

  it('carries one request at a time', async () => {
    const target = await receiver((socket) => setTimeout(() => socket.write(OK), 20));
    const client = newHttpClient();
    const exchanges = await Promise.all(Array.from({ length: 10 }, () => send(client, target.url)));
    for (const exchange of exchanges) expect(exchange.status).toBe('success');
    expect(target.connections.made).toBe(10);
  });

  it('is closed, the oldest first, when as many as may be are open', async () => {
    const targets = [await receiver(answer(OK)), await receiver(answer(OK))];
    const [old, young] = targets as [RawReceiver, RawReceiver];
    const client = newHttpClient(undefined, 16);
    const open = () => old.connections.open + young.connections.open;
    for (const [target, expected] of [
      [old, 10],
      [young, 16],
      [old, 16],
    ] as const) {
      const all = await Promise.all(Array.from({ length: 10 }, () => send(client, target.url)));
      expect(all.map((one) => one.status)).toEqual(Array(10).fill('success'));
      await eventually('the others to be closed', () => open() <= expected);
      // Exactly as many as must be: the rest is kept for the next requests.
      expect(open()).toBeGreaterThanOrEqual(expected - 1);
    }
  });

  it('ends after some minutes, although it is never idle', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const target = await receiver(answer(OK));
    const client = newHttpClient();
    for (let second = 0; second < 20 * 60; second += 2) {
      await send(client, target.url);
      for (let turn = 0; turn < 3; turn++) await nextTurn();
      vi.advanceTimersByTime(2_000);
    }
    // Each serves for 225 to 300 s.
    expect(target.connections.made).toBeGreaterThanOrEqual(4);
    expect(target.connections.made).toBeLessThanOrEqual(7);
  });

  it('used most recently is reused first, so that surplus ones expire', async () => {
    const target = await receiver(answer(status(200, 'Keep-Alive: timeout=3\r\n')));
    const client = newHttpClient();
    await Promise.all(Array.from({ length: 10 }, () => send(client, target.url)));
    expect(target.connections.open).toBe(10);
    await eventually('fewer connections', async () => {
      await send(client, target.url);
      return target.connections.open <= 2;
    });
    expect(target.connections.made).toBeLessThanOrEqual(11);
  });

  it.each<[string, Script]>([
    [
      'closed',
      (socket) => {
        socket.end(OK);
      },
    ],
    [
      'reset',
      (socket) => {
        socket.write(OK, () => setImmediate(() => socket.resetAndDestroy()));
      },
    ],
  ])('that was %s between two requests does not swallow the second', async (_how, script) => {
    const target = await receiver(script);
    const client = newHttpClient();
    expect((await send(client, target.url)).status).toBe('success');
    for (let turn = 2; turn < 30; turn++) {
      // Immediately: sometimes before the client has noticed, sometimes after.
      const exchange = await send(client, target.url);
      if (exchange.status === 'success') continue;
      expect(exchange).toMatchObject({ status: 'failed', response: undefined });
      expect(exchange.fault).toBe('stale connection');
      expect(exchange.errorMessage).toMatch(/^stale connection: /);
    }
  });

  it('that the server closes with its answer, unannounced, is not reused', async () => {
    const target = await receiver((socket) => socket.end(OK));
    const client = newHttpClient();
    for (let turn = 1; turn <= 10; turn++) {
      expect((await send(client, target.url)).status).toBe('success');
      // The answer was read in this turn of the event loop, the end follows in the next.
      await new Promise(setImmediate);
    }
    expect(target.connections.made).toBe(10);
  });

  it('that was answered before the request was read is not reused', async () => {
    const target = await startRawReceiver(answer(OK), { deaf: true });
    cleanups.push(() => target.close());
    const client = newHttpClient();
    const body = Buffer.alloc(8 * 1024 * 1024);
    for (let turn = 1; turn <= 3; turn++) {
      const exchange = await send(client, target.url, 12_000, { body });
      expect(exchange).toMatchObject({ status: 'success', response: { body: 'ok' } });
      expect(target.connections.made).toBe(turn);
    }
  });

  it('whose request was not read is reset, and stops offering it', async () => {
    const sockets: Socket[] = [];
    const target = await startRawReceiver((socket) => sockets.push(socket), { deaf: true });
    cleanups.push(() => target.close());
    const body = Buffer.alloc(8 * 1024 * 1024);
    // The limit strikes when there is a connection, and the kernel has taken what it takes.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sent = send(newHttpClient(), target.url, 200, { body });
    await eventually('the connection', () => sockets.length === 1);
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    vi.advanceTimersByTime(10_000);
    expect(await sent).toMatchObject({ status: 'timeout' });
    const [socket] = sockets as [Socket];
    const gone = once(socket, 'close');
    socket.resume();
    await gone;
    // Only what the receiver's side held; not the 4 MiB that the client's kernel had buffered.
    expect(socket.bytesRead).toBeLessThan(2 * 1024 * 1024);
  });

  it('that is idle retains nothing of the last exchange', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const target = await receiver(answer(OK));
    const client = newHttpClient();
    const sent = async () => {
      const body = Buffer.alloc(1024 * 1024);
      await send(client, target.url, 12_000, { body });
      return new WeakRef(body);
    };
    const body = await sent();
    await eventually('the body to be gone', () => {
      collect();
      return body.deref() === undefined;
    });
    expect(target.connections).toEqual({ made: 1, open: 1 });
  });

  it('that was closed because of the answer is not replaced before it is needed', async () => {
    const other = await receiver(answer(OK));
    const client = newHttpClient();
    const scripts: Script[] = [
      () => undefined,
      answer(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2 ** 21)}`),
    ];
    for (const script of scripts) {
      const target = await receiver(script);
      await send(client, target.url, 100);
      // A replacement would have connected during these.
      for (let turn = 0; turn < 20; turn++) await send(client, other.url);
      expect(target.connections).toEqual({ made: 1, open: 0 });
    }
  });

  it('lost as the next request is written is our own fault, and is not replaced in secret', async () => {
    // Whoever asked sends it again, on a new connection, and records both.
    const target = await receiver(answer(OK));
    const client = newHttpClient();
    expect((await send(client, target.url)).status).toBe('success');
    for (let turn = 0; turn < 5; turn++) await send(client, target.url);
    target.behave((socket) => socket.resetAndDestroy());
    for (const method of ['POST', 'PUT', 'GET']) {
      const { made } = target.connections;
      const seen = target.requests.length;
      const isKept = target.connections.open > 0;
      const exchange = await send(client, target.url, 12_000, { method });
      expect(exchange).toMatchObject({
        status: 'failed',
        response: undefined,
        fault: isKept ? 'stale connection' : 'endpoint',
        errorMessage: expect.stringMatching(
          isKept ? /^stale connection: / : /^connection closed: /,
        ),
      });
      expect(target.requests.length - seen).toBe(1);
      expect(target.connections.made - made).toBe(isKept ? 0 : 1);
    }
  });

  it('that must be new is new, and its end is the doing of the endpoint', async () => {
    const target = await receiver(answer(OK));
    const client = newHttpClient();
    await send(client, target.url);
    await send(client, target.url);
    const { made } = target.connections;
    target.behave((socket) => socket.resetAndDestroy());
    const exchange = await send(client, target.url, 12_000, { newConnection: true });
    expect(exchange).toMatchObject({ status: 'failed', fault: 'endpoint' });
    expect(exchange.errorMessage).toMatch(/^connection closed: /);
    expect(target.connections.made).toBe(made + 1);
  });

  it.each([
    ['a byte of an answer', (socket: Socket) => socket.end('H')],
    ['an interim answer', (socket: Socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n')],
  ])('that ends after %s was in use: the endpoint ended it', async (_what, script) => {
    const target = await receiver(answer(OK));
    const client = newHttpClient();
    await send(client, target.url);
    target.behave(script);
    await eventually('a kept connection to be used', async () => {
      const { made } = target.connections;
      target.behave(script);
      const exchange = await send(client, target.url);
      expect(exchange).toMatchObject({ status: 'failed', fault: 'endpoint' });
      if (target.connections.made === made) return true;
      target.behave(answer(OK));
      await send(client, target.url);
      return false;
    });
  });

  it.each([
    ['HTTP/1.1 204 No Content\r\nContent-Length: 36\r\n\r\n', 204],
    ['HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n', 304],
    ['HTTP/1.1 103 Early\r\nContent-Length: 36\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n', 204],
  ])('is not used again after %j, whose body may come late', async (text, code) => {
    const target = await receiver(answer(text));
    const client = newHttpClient();
    for (let turn = 1; turn <= 3; turn++) {
      expect((await send(client, target.url)).response?.statusCode).toBe(code);
      await closed(target);
      expect(target.connections.made).toBe(turn);
    }
  });

  it('leaves no timer behind when the client stops', async () => {
    const target = await receiver(() => undefined);
    const client = createHttpClient(createAddressRules(['127.0.0.0/8']));
    const timersBefore = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    const exchanges = Promise.all(Array.from({ length: 10 }, () => send(client, target.url)));
    await eventually('the requests', () => target.requests.length === 10);
    client.stop();
    for (const exchange of await exchanges) expect(exchange.status).toBe('failed');
    await closed(target);
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    expect(timers.length).toBeLessThanOrEqual(timersBefore.length);
  });

  it('is refused after the client has stopped', async () => {
    const client = createHttpClient(createAddressRules(['127.0.0.0/8']));
    client.stop();
    expect((await send(client, 'http://127.0.0.1:9')).status).toBe('failed');
  });
});

describe('an endpoint that cannot be reached', () => {
  it('refuses connections', async () => {
    const target = await receiver(answer(OK));
    await target.close();
    cleanups.pop();
    expect(await send(newHttpClient(), target.url)).toMatchObject({
      status: 'failed',
      response: undefined,
      errorMessage: expect.stringMatching(/^connection refused: /),
    });
  });

  it('has a name that does not resolve', async () => {
    expect(await send(newHttpClient(), 'http://no-such-host.invalid')).toMatchObject({
      status: 'failed',
      errorMessage: expect.stringMatching(/^dns: /),
    });
  });

  it('speaks no TLS', async () => {
    const target = await receiver(answer(OK));
    const exchange = await send(newHttpClient(), target.url.replace('http:', 'https:'), 300);
    expect(exchange.status).not.toBe('success');
    expect(target.requests).toEqual([]);
  });

  it.each([
    ['a header that cannot be sent', { headers: ['X-Bad', 'a\r\nb: c'] }],
    ['a header name that cannot be sent', { headers: ['X Bad', 'a'] }],
    ['a header beyond latin1', { headers: ['X-Bad', '世界'] }],
    ['a path that cannot be sent', { path: '/a b\r\n' }],
    ['a method that cannot be sent', { method: 'PO ST' }],
    ['a port that cannot be', { origin: 'http://127.0.0.1:99999' }],
  ])('is asked with %s', async (_what, values) => {
    const target = await receiver(answer(OK));
    const exchange = await send(newHttpClient(), target.url, 12_000, values);
    expect(exchange).toMatchObject({ status: 'failed', response: undefined });
    expect(target.requests).toEqual([]);
  });
});

describe('an address that is not allowed', () => {
  const refused = /^address refused: .*HOOKTRAIL_ALLOWED_NETWORKS/;

  it.each([
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    'localhost',
    '0.0.0.0',
    '[::]',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '017700000001',
    '169.254.169.254',
    '10.0.0.1',
    '192.168.1.1',
    '172.16.0.1',
    '100.64.0.1',
    '[fe80::1]',
    '[fd00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '224.0.0.1',
    '255.255.255.255',
  ])('is not dialled: %s', async (host) => {
    const target = await receiver(answer(OK));
    const { origin } = new URL(`http://${host}:${target.port}`);
    const exchange = await send(newHttpClient([]), origin);
    expect(exchange).toMatchObject({ status: 'failed', response: undefined });
    expect(exchange.errorMessage).toMatch(refused);
    expect(target.connections.made).toBe(0);
  });

  it('is dialled when its network is allowed, and no other', async () => {
    const target = await receiver(answer(OK));
    const { port } = target;
    const client = newHttpClient(['127.0.0.1/32']);
    expect((await send(client, `http://127.0.0.1:${port}`)).status).toBe('success');
    expect((await send(client, `http://[::ffff:127.0.0.1]:${port}`)).status).toBe('success');
    expect((await send(client, `http://localhost:${port}`)).status).toBe('success');
    expect((await send(client, `http://127.0.0.2:${port}`)).errorMessage).toMatch(refused);
    expect((await send(client, `http://[::1]:${port}`)).errorMessage).toMatch(refused);
  });
});
