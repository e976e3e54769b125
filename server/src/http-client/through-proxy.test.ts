import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import tls, { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { type ConnectProxy, startConnectProxy } from '@hooktrail/harness/connect-proxy';
import { type DnsAnswer, startDnsServer } from '@hooktrail/harness/dns-server';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, type Script, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAddressRules } from '../addresses/address-rules.ts';
import { createNameResolver } from '../addresses/create-name-resolver.ts';
import type { EgressProxy } from '../model/egress-proxy.ts';
import { createHttpClient } from './create-http-client.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { HttpRequest } from './http-request.ts';

/*
 * The rules allow 127.0.0.9, which plays the Internet; endpoints are names that only the proxy knows,
 * unless a test says otherwise. The proxy itself listens on 127.0.0.1, which the rules refuse.
 */
const INTERNET = '127.0.0.9';
const KEEPING = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const MIB = 1024 * 1024;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function receiverOf(
  script: Script = (socket) => socket.write(KEEPING),
): Promise<RawReceiver> {
  const receiver = await startRawReceiver(script, { host: INTERNET });
  cleanups.push(() => receiver.close());
  return receiver;
}

async function proxyOf(
  options: Parameters<typeof startConnectProxy>[0] = {},
): Promise<ConnectProxy> {
  const proxy = await startConnectProxy({ hosts: { 'a.test': INTERNET }, ...options });
  cleanups.push(() => proxy.close());
  return proxy;
}

type Send = (
  origin: string,
  rest?: Partial<HttpRequest>,
  limitMs?: number,
) => Promise<HttpExchange>;

/** A client that goes through a proxy, with a name server that answers like this. */
async function clientOf(
  proxy: Partial<EgressProxy>,
  answerTo: (name: string) => DnsAnswer = () => 'NXDOMAIN',
): Promise<{ send: Send; lookUpsOf: (name: string) => number }> {
  const dns = await startDnsServer(({ name }) => answerTo(name));
  cleanups.push(() => dns.close());
  const client = createHttpClient(
    createAddressRules([`${INTERNET}/32`]),
    createNameResolver({ servers: [dns.address] }),
    undefined,
    { host: '127.0.0.1', port: 1, authorization: undefined, exceptions: [], ...proxy },
  );
  cleanups.push(async () => client.stop());
  return {
    lookUpsOf: dns.lookUpsOf,
    async send(origin, rest = {}, limitMs = 12_000) {
      const exchange = await new Promise<HttpExchange>((resolve) => {
        const body = Buffer.from('{}');
        const request = { origin, path: '/', method: 'POST', headers: [], body, ...rest };
        client.send(request, limitMs, 0, resolve);
      });
      // The pool keeps a connection two turns after the answer.
      for (let turn = 0; turn < 4; turn++) await setImmediate();
      return exchange;
    },
  };
}

/** A proxy that follows a script, and a client of it. */
async function scripted(script: Script): Promise<{ proxy: RawReceiver; send: Send }> {
  const proxy = await startRawReceiver(script);
  cleanups.push(() => proxy.close());
  return { proxy, send: (await clientOf({ port: proxy.port })).send };
}

describe('a request through a proxy', () => {
  it('to http goes by CONNECT too, and keeps its connection', async () => {
    const [receiver, proxy] = [await receiverOf(), await proxyOf()];
    const { send } = await clientOf({ port: proxy.port });
    for (let n = 0; n < 5; n++) {
      expect(await send(`http://a.test:${receiver.port}`)).toMatchObject({
        status: 'success',
        response: { statusCode: 200, body: 'ok' },
      });
    }
    expect(proxy.asked).toEqual([{ target: `a.test:${receiver.port}`, authorization: undefined }]);
    expect(receiver.connections.made).toBe(1);
    expect(receiver.requests[0]).toMatch(/^POST \/ HTTP\/1\.1\r\nHost: a\.test:\d+\r\n/);
    expect(receiver.requests.join()).not.toMatch(/proxy/i);
  });

  it('has the credentials of the proxy, which the endpoint does not see', async () => {
    const authorization = 'Basic dTpw';
    const [receiver, proxy] = [await receiverOf(), await proxyOf({ authorization })];
    const { send } = await clientOf({ port: proxy.port, authorization });
    expect((await send(`http://a.test:${receiver.port}`)).status).toBe('success');
    expect(proxy.asked).toEqual([{ target: `a.test:${receiver.port}`, authorization }]);
    expect(receiver.requests.join()).not.toContain(authorization);
  });

  it.each([1, 20_000, MIB])('carries a body of %i bytes', async (length) => {
    const receiver = await receiverOf((socket, request) => {
      const body = request.slice(request.indexOf('\r\n\r\n') + 4);
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
    const proxy = await proxyOf();
    const { send } = await clientOf({ port: proxy.port });
    const body = Buffer.alloc(length, 'x');
    const { response } = await send(`http://a.test:${receiver.port}`, { body });
    expect(response?.length).toBe(length);
  });

  it('ends with its connection in the middle of an answer as a direct one does', async () => {
    const receiver = await receiverOf((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'),
    );
    const proxy = await proxyOf();
    const { send } = await clientOf({ port: proxy.port });
    expect(await send(`http://a.test:${receiver.port}`)).toMatchObject({
      status: 'success',
      errorMessage: expect.stringMatching(/^(connection closed|malformed answer): /),
    });
  });

  it('finds a tunnel that was cut while it was idle, and says that it is stale', async () => {
    const [receiver, proxy] = [await receiverOf(), await proxyOf()];
    const { send } = await clientOf({ port: proxy.port });
    const origin = `http://a.test:${receiver.port}`;
    await send(origin);
    receiver.behave((socket) => socket.destroy());
    expect(await send(origin)).toMatchObject({ status: 'failed', fault: 'stale connection' });
    receiver.behave((socket) => socket.write(KEEPING));
    expect((await send(origin)).status).toBe('success');
    expect(proxy.asked).toHaveLength(2);
  });

  it('gets what the endpoint sent together with the opening of the tunnel', async () => {
    const { send } = await scripted((socket, request) => {
      if (request.startsWith('CONNECT')) socket.write(`HTTP/1.1 200 OK\r\n\r\n${KEEPING}`);
    });
    expect(await send('http://a.test')).toMatchObject({ response: { body: 'ok' } });
  });
});

describe('TLS through a proxy', () => {
  const authority = testAuthority('Hooktrail Test Authority');

  /** Makes every client trust the test authority. */
  function trustAuthority(): void {
    const { createSecureContext } = tls;
    const spy = vi
      .spyOn(tls, 'createSecureContext')
      .mockImplementation((options) => createSecureContext({ ca: authority.cert, ...options }));
    syncBuiltinESMExports();
    cleanups.push(async () => {
      spy.mockRestore();
      syncBuiltinESMExports();
    });
  }

  async function secureEndpoint(options: TlsOptions) {
    const names: unknown[] = [];
    const clients: unknown[] = [];
    const requests: string[] = [];
    const server = createTlsServer(options, (socket) => {
      names.push(socket.servername);
      clients.push(socket.getPeerCertificate().subject?.CN);
      socket
        .on('error', () => undefined)
        .on('data', (bytes) => {
          requests.push(bytes.toString());
          socket.write(KEEPING);
        });
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, INTERNET, resolve));
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    return { port: (server.address() as AddressInfo).port, names, clients, requests };
  }

  it('is with the endpoint: its name is asked for and verified, its connection kept', async () => {
    trustAuthority();
    const endpoint = await secureEndpoint(
      testCertificate({ names: ['a.test'], issuer: authority }),
    );
    const proxy = await proxyOf({ hosts: { 'a.test': INTERNET, 'b.test': INTERNET } });
    const { send } = await clientOf({ port: proxy.port });
    for (let n = 0; n < 3; n++) {
      expect((await send(`https://a.test:${endpoint.port}`)).errorMessage).toBeUndefined();
    }
    expect(endpoint.names).toEqual(['a.test']);
    expect(await send(`https://b.test:${endpoint.port}`)).toMatchObject({
      status: 'failed',
      fault: 'endpoint',
      errorMessage: expect.stringMatching(/^tls name mismatch: /),
    });
    expect(proxy.asked.map(({ target }) => target)).toEqual([
      `a.test:${endpoint.port}`,
      `b.test:${endpoint.port}`,
    ]);
    expect(endpoint.requests).toHaveLength(3);
  });

  it('to an address is verified for the address', async () => {
    trustAuthority();
    const right = await secureEndpoint(testCertificate({ names: [INTERNET], issuer: authority }));
    const wrong = await secureEndpoint(testCertificate({ names: ['a.test'], issuer: authority }));
    const proxy = await proxyOf();
    const { send } = await clientOf({ port: proxy.port });
    expect((await send(`https://${INTERNET}:${right.port}`)).status).toBe('success');
    expect((await send(`https://${INTERNET}:${wrong.port}`)).errorMessage).toMatch(
      /^tls name mismatch: /,
    );
  });

  it('refuses what the proxy presents in the name of the endpoint', async () => {
    trustAuthority();
    const own = testCertificate({ names: ['a.test'], issuer: testAuthority('The Proxy') });
    const endpoint = await secureEndpoint(own);
    const proxy = await proxyOf();
    const { send } = await clientOf({ port: proxy.port });
    expect((await send(`https://a.test:${endpoint.port}`)).errorMessage).toMatch(
      /^tls unknown issuer: /,
    );
    expect(endpoint.requests).toEqual([]);
  });

  it('presents client certificates, each over connections of its own', async () => {
    trustAuthority();
    const endpoint = await secureEndpoint({
      ...testCertificate({ names: ['a.test'], issuer: authority }),
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: false,
    });
    const proxy = await proxyOf();
    const { send } = await clientOf({ port: proxy.port });
    const [ann, bob] = ['ann', 'bob'].map((name) => {
      const { cert, key } = testCertificate({ names: [name], issuer: authority });
      return { id: name, certificate: cert, privateKey: key };
    });
    for (const identity of [ann, bob, undefined, ann, bob, undefined]) {
      const { status } = await send(`https://a.test:${endpoint.port}`, { identity });
      expect(status).toBe('success');
    }
    expect(endpoint.clients).toEqual(['ann', 'bob', undefined]);
  });

  it('that an endpoint does not speak is reported like without a proxy', async () => {
    const { send } = await scripted((socket, request) => {
      if (request.startsWith('CONNECT')) socket.write('HTTP/1.1 200 OK\r\n\r\nSSH-2.0-x\r\n');
    });
    expect(await send('https://a.test')).toMatchObject({
      fault: 'endpoint',
      errorMessage: 'tls: the endpoint does not speak TLS on this port',
    });
  });
});

describe('the address rules', () => {
  const REFUSED = 'address refused: 10.0.0.1 is a private address; see HOOKTRAIL_ALLOWED_NETWORKS';

  it.each([
    ['http://10.0.0.1', REFUSED],
    ['https://[::ffff:10.0.0.1]', REFUSED],
    ['http://localhost', /^address refused: 127\.0\.0\.1 is a loopback address/],
    ['http://169.254.169.254', /cloud metadata/],
  ])('refuse %s before the proxy is asked', async (origin, message) => {
    const proxy = await proxyOf();
    const { send } = await clientOf({ port: proxy.port });
    const { errorMessage } = await send(origin);
    if (typeof message === 'string') expect(errorMessage).toBe(message);
    else expect(errorMessage).toMatch(message);
    expect(proxy.asked).toEqual([]);
  });

  it.each<[string, DnsAnswer]>([
    ['leads to a private address', ['10.0.0.1']],
    ['leads to one among others: the proxy might pick it', [INTERNET, '10.0.0.1']],
  ])('refuse a name that %s here', async (_what, addresses) => {
    const [receiver, proxy] = [await receiverOf(), await proxyOf()];
    const { send } = await clientOf({ port: proxy.port }, () => addresses);
    expect(await send(`http://a.test:${receiver.port}`)).toMatchObject({
      status: 'failed',
      fault: 'endpoint',
      errorMessage: REFUSED,
    });
    expect(proxy.asked).toEqual([]);
    expect(receiver.connections.made).toBe(0);
  });

  it.each<[string, DnsAnswer]>([
    ['leads to an allowed address', [INTERNET]],
    ['is not known here', 'NXDOMAIN'],
    ['no name server answers for', 'silent'],
  ])('leave a name that %s to the proxy', async (_what, answer) => {
    const [receiver, proxy] = [await receiverOf(), await proxyOf()];
    const { send, lookUpsOf } = await clientOf({ port: proxy.port }, () => answer);
    expect((await send(`http://a.test:${receiver.port}`)).status).toBe('success');
    // The name itself goes to the proxy, which may allow names.
    expect(proxy.asked).toMatchObject([{ target: `a.test:${receiver.port}` }]);
    expect(lookUpsOf('a.test')).toBeGreaterThan(0);
  });

  it('do not concern the proxy, by address or by name', async () => {
    const [receiver, proxy] = [await receiverOf(), await proxyOf()];
    const { send } = await clientOf({ host: 'proxy.test', port: proxy.port }, (name) =>
      name === 'proxy.test' ? ['127.0.0.1'] : 'NXDOMAIN',
    );
    expect((await send(`http://a.test:${receiver.port}`)).status).toBe('success');
  });
});

describe('exceptions', () => {
  it('are dialled directly, by the rules', async () => {
    const [receiver, proxy] = [await receiverOf(), await proxyOf()];
    const { send } = await clientOf(
      { port: proxy.port, exceptions: ['inside.test', `${INTERNET}/32`, '10.0.0.0/8'] },
      (name) => (name === 'x.inside.test' ? [INTERNET] : ['10.0.0.1']),
    );
    for (const host of ['x.inside.test', INTERNET]) {
      expect((await send(`http://${host}:${receiver.port}`)).status).toBe('success');
    }
    for (const host of ['inside.test', '10.0.0.1']) {
      expect((await send(`http://${host}`)).errorMessage).toMatch(/^address refused: 10\.0\.0\.1/);
    }
    expect(proxy.asked).toEqual([]);
    expect((await send(`http://127.0.0.9.test:${receiver.port}`)).errorMessage).toMatch(/^address/);
  });
});

/** Sends with a limit of 300 ms, which strikes when the test says so: on a busy machine nothing may be there yet. */
function inTime(send: Send, origin: string): Promise<HttpExchange> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  return send(origin, {}, 300);
}

describe('a proxy that', () => {
  const OURS = { status: 'failed', fault: 'proxy unusable', response: undefined };
  const NETWORK = { status: 'failed', fault: 'network', response: undefined };

  it('does not listen', async () => {
    const proxy = await startRawReceiver(() => undefined);
    await proxy.close();
    const { send } = await clientOf({ port: proxy.port });
    expect(await send('https://a.test')).toMatchObject({
      ...OURS,
      errorMessage: 'proxy unusable: it cannot be reached (ECONNREFUSED)',
    });
  });

  it('has no address', async () => {
    const { send } = await clientOf({ host: 'proxy.test' });
    expect(await send('https://a.test')).toMatchObject({
      ...OURS,
      errorMessage: 'proxy unusable: it cannot be reached (DNS ENOTFOUND)',
    });
  });

  it('wants other credentials', async () => {
    const proxy = await proxyOf({ authorization: 'Basic right' });
    const { send } = await clientOf({ port: proxy.port, authorization: 'Basic d3Jvbmc=' });
    const exchange = await send('https://a.test');
    expect(exchange).toMatchObject({
      ...OURS,
      errorMessage: expect.stringMatching(/^proxy unusable: it answered CONNECT with 407: /),
    });
    expect(JSON.stringify(exchange)).not.toContain('d3Jvbmc');
  });

  it('does not allow the endpoint', async () => {
    const proxy = await proxyOf({ refuses: (target) => target === 'a.test:443' });
    const { send } = await clientOf({ port: proxy.port });
    expect(await send('https://a.test')).toMatchObject({
      ...NETWORK,
      errorMessage: 'proxy: it answered CONNECT with 403: it does not allow this endpoint',
    });
  });

  it('cannot reach the endpoint', async () => {
    const receiver = await receiverOf();
    await receiver.close();
    const proxy = await proxyOf();
    const { send } = await clientOf({ port: proxy.port });
    expect(await send(`http://a.test:${receiver.port}`)).toMatchObject({
      ...NETWORK,
      errorMessage: 'proxy: it answered CONNECT with 502: it cannot reach the endpoint',
    });
  });

  it.each<[string, Script, object, string]>([
    [
      'closes without an answer',
      (socket) => socket.end(),
      NETWORK,
      'proxy: it closed the connection without an answer to CONNECT',
    ],
    [
      'resets without an answer',
      (socket) => socket.resetAndDestroy(),
      NETWORK,
      'proxy: it closed the connection without an answer to CONNECT',
    ],
    [
      'closes within its answer',
      (socket) => socket.end('HTTP/1.1 200 OK\r\n'),
      NETWORK,
      'proxy: it closed the connection without an answer to CONNECT',
    ],
    [
      'is no proxy',
      (socket) => socket.write('220 mail.example ESMTP\r\n'),
      OURS,
      'proxy unusable: its answer to CONNECT is not HTTP/1.1',
    ],
    [
      'answers garbage',
      (socket) => socket.write(`HTTP/1.1 ${'\u0000'.repeat(50)}\r\n\r\n`),
      OURS,
      'proxy unusable: its answer to CONNECT has no status line',
    ],
    [
      'never ends its head',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(200_000)}`),
      OURS,
      'proxy unusable: its answer to CONNECT does not end within 16384 bytes',
    ],
  ])('%s', async (_what, script, expected, errorMessage) => {
    const { proxy, send } = await scripted(script);
    for (const origin of ['http://a.test', 'https://a.test']) {
      expect(await send(origin)).toMatchObject({ ...expected, errorMessage });
    }
    await eventually('the end of the connections', () => proxy.connections.open === 0);
  });

  it.each([
    ['hangs', () => undefined],
    [
      'drips',
      (socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 100 Wait\r\n\r\n'), 5);
        socket.once('close', () => clearInterval(timer));
      },
    ],
  ] satisfies [string, Script][])('%s: the time limit holds', async (_what, script) => {
    const { proxy, send } = await scripted(script);
    const sent = inTime(send, 'https://a.test');
    await eventually('the question', () => proxy.requests.length === 1);
    vi.advanceTimersByTime(10_000);
    expect(await sent).toMatchObject({
      status: 'timeout',
      fault: 'network',
      errorMessage: 'proxy: no answer to CONNECT within 300 ms',
    });
    await eventually('the end of the connection', () => proxy.connections.open === 0);
  });

  it('does not accept the connection: the time limit holds', async () => {
    // Nothing answers at an address for documentation; a network that refuses it at once says so.
    const { send } = await clientOf({ host: '192.0.2.1', port: 3128 });
    expect(await send('https://a.test', {}, 300)).toMatchObject({
      fault: 'proxy unusable',
      errorMessage: expect.stringMatching(
        /^proxy unusable: (no connection to it within 300 ms|it cannot be reached \(E[A-Z]+\))$/,
      ),
    });
  });

  it('makes a tunnel to an endpoint that hangs: that is the endpoint', async () => {
    const receiver = await receiverOf(() => undefined);
    const proxy = await proxyOf();
    const { send } = await clientOf({ port: proxy.port });
    const sent = inTime(send, `http://a.test:${receiver.port}`);
    await eventually('the request', () => receiver.requests.length === 1);
    vi.advanceTimersByTime(10_000);
    expect(await sent).toMatchObject({
      status: 'timeout',
      fault: 'endpoint',
      errorMessage: 'timeout: no answer within 300 ms',
    });
    await eventually('the end of the tunnel', () => proxy.tunnels === 0);
  });
});
