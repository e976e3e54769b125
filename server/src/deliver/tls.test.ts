import { constants } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { eventually } from '@hooktrail/harness/eventually';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '../model/time-units.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call } from '../testing/test-node.ts';

/** More than one TLS record holds, and more than one read returns. */
const BIG = 'x'.repeat(200_000);

// Trusted authorities are fixed when a process starts, so the node is a separate process.
const authority = testAuthority('Hooktrail Test Authority');
const stranger = testAuthority('Unknown Authority');

const stops: (() => Promise<unknown>)[] = [];
let database: TestDatabase;
let node: ServerProcess;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-tls-'));
  stops.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'authority.pem');
  await writeFile(file, authority.cert);
  database = await createTestDatabase();
  stops.push(() => database.drop());
  node = await startServer({ HOOKTRAIL_DATABASE_URL: database.url, NODE_EXTRA_CA_CERTS: file });
  stops.push(() => {
    node.kill('SIGTERM');
    return node.ended;
  });
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** An endpoint that answers 200 to every request. */
async function endpoint(
  options: TlsOptions,
  serve = (socket: TLSSocket) => {
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  },
): Promise<{ server: Server; port: number; requests: () => number }> {
  let requests = 0;
  const server = createServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => requests++);
    serve(socket);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  return { server, port: (server.address() as AddressInfo).port, requests: () => requests };
}

const attemptAt = async (url: string) => attemptOf(await webhookAt(url));

async function webhookAt(url: string): Promise<{ id: string; type: string }> {
  const type = `test.tls.number_${stops.length}`;
  const created = await call(node.url, 'POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      endpoint: url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
    },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  return { id: created.body.webhook.id, type };
}

async function attemptOf({ id, type }: { id: string; type: string }) {
  const { body } = await call(node.url, 'POST', '/v1/events', { type });
  const path = `/api/v2/webhooks/${id}/invocations/${body.invocations[0].id}/attempts`;
  return eventually('an attempt', async () => {
    const answer = await call(node.url, 'GET', path);
    return answer.body.attempts[0];
  });
}

const HOST = '127.0.0.1';
const trusted = (values: Partial<Parameters<typeof testCertificate>[0]> = {}) =>
  testCertificate({ names: [HOST, 'localhost'], issuer: authority, ...values });
const ago = (days: number) => new Date(Date.now() - days * DAY_MS);

describe('an endpoint with TLS', () => {
  test.each([HOST, 'localhost'])('is reached when its certificate is valid: %s', async (host) => {
    const { port, requests } = await endpoint(trusted());
    expect(await attemptAt(`https://${host}:${port}/hook`)).toMatchObject({
      status: 'success',
      response: { payload: 'ok' },
    });
    expect(requests()).toBe(1);
  });

  test('gets the next request over the same connection, and resumes the session over another', async () => {
    const connections: boolean[] = [];
    let keeps = 2;
    const { port } = await endpoint(trusted(), (socket) => {
      connections.push(socket.isSessionReused());
      socket.on('data', () => {
        const head = `HTTP/1.1 200 OK\r\nContent-Length: ${BIG.length}\r\n`;
        socket.write(`${head}${--keeps > 0 ? '' : 'Connection: close\r\n'}\r\n${BIG}`);
      });
    });
    const webhook = await webhookAt(`https://localhost:${port}/hook`);
    for (let n = 0; n < 3; n++) {
      const { status, response } = await attemptOf(webhook);
      expect({ status, payload: response.payload }).toEqual({
        status: 'success',
        payload: BIG.slice(0, 64 * 1024),
      });
    }
    expect(connections).toEqual([false, true]);
  });

  test('is read alike when each byte of its answer has a TLS record', async () => {
    const answer = `HTTP/1.1 200 OK\r\nX:${'\n '.repeat(5_000)}y\r\nContent-Length: 3000\r\n\r\n${BIG.slice(0, 3_000)}`;
    const seen: unknown[] = [];
    for (const size of [answer.length, 1]) {
      const { port } = await endpoint(trusted(), (socket) => {
        socket.on('data', () => {
          // Each write makes a record.
          for (let at = 0; at < answer.length; at += size)
            socket.write(answer.slice(at, at + size));
        });
      });
      const { status, response } = await attemptAt(`https://localhost:${port}/hook`);
      seen.push({ status, payload: response.payload, headers: response.headers });
    }
    expect(seen[0]).toMatchObject({ status: 'success', payload: BIG.slice(0, 3_000) });
    expect(seen[1]).toEqual(seen[0]);
  });

  test('is not offered a session again at which it failed', async () => {
    const { server, port } = await endpoint({
      ...trusted(),
      maxVersion: 'TLSv1.2',
      secureOptions: constants.SSL_OP_NO_TICKET,
    });
    const made = new Set<string>();
    server.on('newSession', (id, _session, done) => {
      made.add(id.toString('hex'));
      done();
    });
    server.on('resumeSession', (id, done) => {
      done(made.has(id.toString('hex')) ? new Error('the sessions are lost') : null, null);
    });
    const webhook = await webhookAt(`https://localhost:${port}/hook`);
    const statuses: string[] = [];
    for (let n = 0; n < 3; n++) statuses.push((await attemptOf(webhook)).status);
    expect(statuses).toEqual(['success', 'failed', 'success']);
  });

  test.each<[string, TlsOptions, RegExp]>([
    [
      'is for another name',
      trusted({ names: ['hooks.example'] }),
      /^tls name mismatch: .*hooks\.example/,
    ],
    [
      'is for a thousand other names',
      trusted({ names: Array.from({ length: 1_000 }, (_, n) => `host-${n}.example`) }),
      /^tls name mismatch: .{1000}\.\.\.$/,
    ],
    [
      'has expired',
      trusted({ from: ago(30), until: ago(1) }),
      /^tls certificate expired: certificate has expired/,
    ],
    [
      'is not valid yet',
      trusted({ from: ago(-1), until: ago(-30) }),
      /^tls certificate not yet valid: /,
    ],
    [
      'is signed by itself',
      testCertificate({ names: ['localhost'] }),
      /^tls self-signed certificate: self-signed certificate/,
    ],
    [
      'is signed by an unknown authority',
      testCertificate({ names: ['localhost'], issuer: stranger }),
      /^tls unknown issuer: /,
    ],
    [
      'is signed by an unknown authority, whose certificate is included',
      (() => {
        const { cert, key } = testCertificate({ names: ['localhost'], issuer: stranger });
        return { cert: cert + stranger.cert, key };
      })(),
      /^tls unknown issuer: /,
    ],
    [
      'speaks TLS 1.1 only',
      { ...trusted(), minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' },
      /^tls: no version in common: TLS 1\.2 or newer is needed$/,
    ],
    [
      'wants a client certificate',
      { ...trusted(), requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
      /^tls: the endpoint wants a client certificate$/,
    ],
    [
      'wants a client certificate, in TLS 1.2',
      { ...trusted(), requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' },
      /^tls: the endpoint refused the handshake: no cipher in common, or it wants a client certificate$/,
    ],
    [
      'has no cipher in common',
      { ...trusted(), ciphers: 'AES128-SHA', maxVersion: 'TLSv1.2' },
      /^tls: the endpoint refused the handshake: /,
    ],
  ])(
    'is not, and the attempt says why, when its certificate %s',
    async (_what, options, message) => {
      const { port, requests } = await endpoint(options);
      const attempt = await attemptAt(`https://localhost:${port}/hook`);
      expect(attempt.error_message).toMatch(message);
      expect(attempt).toMatchObject({ status: 'failed' });
      expect(attempt.response).toBeUndefined();
      expect(requests()).toBe(0);
    },
  );
});
