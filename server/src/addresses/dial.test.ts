import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import tls, { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { type DnsAnswer, type DnsServer, startDnsServer } from '@hooktrail/harness/dns-server';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpClient } from '../http-client/create-http-client.ts';
import type { HttpExchange } from '../http-client/http-exchange.ts';
import { createAddressRules } from './address-rules.ts';
import { createNameResolver } from './create-name-resolver.ts';
import { createDial } from './dial.ts';

/*
 * 127.0.0.1 plays the Internet here: the rules allow it and nothing else. The receivers listen on
 * all loopback addresses, so a refused one would reach them, and they record at which they were
 * reached.
 */
const OPEN = '127.0.0.1';
const REFUSED = '127.0.0.2';
const CLOSING = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok';
const KEEPING = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Scene {
  readonly dns: DnsServer;
  readonly receiver: RawReceiver;
  /** The address at which each request arrived. */
  readonly reached: string[];
  send(host: string, protocol?: 'http' | 'https', port?: number): Promise<HttpExchange>;
}

/** A receiver, a name server, and a client that may reach the allowed networks. */
async function scene(
  answerTo: (name: string, type: 'A' | 'AAAA') => DnsAnswer,
  { answer = CLOSING, host = '0.0.0.0', allowed = [`${OPEN}/32`] } = {},
): Promise<Scene> {
  const dns = await startDnsServer(({ name, type }) => answerTo(name, type));
  cleanups.push(() => dns.close());
  const reached: string[] = [];
  const receiver = await startRawReceiver(
    (socket) => {
      reached.push(socket.localAddress as string);
      socket.write(answer);
    },
    { host },
  );
  cleanups.push(() => receiver.close());
  const client = createHttpClient(
    createAddressRules(allowed),
    createNameResolver({ servers: [dns.address] }),
  );
  cleanups.push(async () => client.stop());
  return {
    dns,
    receiver,
    reached,
    send: (name, protocol = 'http', port = receiver.port) =>
      new Promise((resolve) => {
        const request = {
          origin: new URL(`${protocol}://${name}:${port}`).origin,
          path: '/',
          method: 'POST',
          headers: [],
          body: Buffer.from('{}'),
        };
        client.send(request, 12_000, 0, resolve);
      }),
  };
}

describe('a name', () => {
  it('whose answer changes to a refused address is not dialled there', async () => {
    let answer = OPEN;
    const { dns, receiver, reached, send } = await scene(() => [answer]);
    expect((await send('a.test')).status).toBe('success');
    answer = REFUSED;
    expect(await send('a.test')).toMatchObject({
      status: 'failed',
      response: undefined,
      errorMessage:
        'address refused: 127.0.0.2 is a loopback address; see HOOKTRAIL_ALLOWED_NETWORKS',
    });
    answer = OPEN;
    expect((await send('a.test')).status).toBe('success');
    expect(reached).toEqual([OPEN, OPEN]);
    expect(receiver.connections.made).toBe(2);
    // One look-up per connection: no second answer between check and dial.
    expect(dns.lookUpsOf('a.test')).toBe(3);
  });

  it('whose answers alternate never leads to the refused address', async () => {
    let turn = 0;
    const { dns, receiver, reached, send } = await scene((_, type) => {
      if (type === 'AAAA') return [];
      return [turn++ % 2 === 0 ? OPEN : REFUSED];
    });
    const exchanges: HttpExchange[] = [];
    for (let n = 0; n < 40; n++) exchanges.push(await send('a.test'));
    expect(exchanges.map(({ status }) => status)).toEqual(
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? 'success' : 'failed')),
    );
    expect(new Set(reached)).toEqual(new Set([OPEN]));
    expect(receiver.connections.made).toBe(20);
    expect(dns.lookUpsOf('a.test')).toBe(40);
  });

  it('with allowed and refused addresses is dialled at the allowed ones', async () => {
    const mixed = [REFUSED, '10.0.0.1', OPEN, '169.254.169.254', '::1', 'fd00::1'];
    const { receiver, reached, send } = await scene(() => mixed);
    for (let n = 0; n < 10; n++) expect((await send('a.test')).status).toBe('success');
    expect(new Set(reached)).toEqual(new Set([OPEN]));
    expect(receiver.connections.made).toBe(10);
  });

  it('with only refused addresses reports each and its rule', async () => {
    const { receiver, send } = await scene(() => [REFUSED, '169.254.169.254', '::ffff:a00:1']);
    expect((await send('a.test')).errorMessage).toBe(
      'address refused: 127.0.0.2 is a loopback address, ' +
        '169.254.169.254 is a link-local address (cloud metadata), ' +
        '10.0.0.1 is a private address; see HOOKTRAIL_ALLOWED_NETWORKS',
    );
    expect(receiver.connections.made).toBe(0);
  });

  it('is tried at the next address if one does not answer, at most at eight', async () => {
    const dead = Array.from({ length: 8 }, (_, n) => `127.0.0.${n + 2}`);
    const { reached, send } = await scene(
      (name) => [...dead.slice(0, name === 'eighth.test' ? 7 : 8), OPEN],
      { host: OPEN, allowed: ['127.0.0.0/8'] },
    );
    expect((await send('eighth.test')).status).toBe('success');
    expect((await send('ninth.test')).status).toBe('failed');
    expect(reached).toEqual([OPEN]);
  });

  it('that is not found is reported as such', async () => {
    const { send } = await scene(() => 'NXDOMAIN');
    expect(await send('a.test')).toMatchObject({
      status: 'failed',
      errorMessage: 'dns: there is no such name (ENOTFOUND a.test)',
    });
  });

  it('is not looked up again for a kept connection', async () => {
    const { dns, receiver, send } = await scene(() => [OPEN], { answer: KEEPING });
    for (let n = 0; n < 20; n++) expect((await send('a.test')).status).toBe('success');
    expect(dns.lookUpsOf('a.test')).toBe(receiver.connections.made);
    expect(receiver.connections.made).toBeLessThanOrEqual(2);
  });

  it('without an answer does not delay others', async () => {
    const { dns, send } = await scene((name) => (name.startsWith('silent') ? 'silent' : [OPEN]));
    let ended = 0;
    for (let n = 0; n < 20; n++) {
      void send(`silent${n}.test`).then(() => ended++);
    }
    await eventually('the questions', () => dns.lookUpsOf('silent19.test') > 0);
    for (let n = 0; n < 20; n++) expect((await send(`open${n}.test`)).status).toBe('success');
    expect(ended).toBe(0);
  });

  it('with a trailing dot is looked up and certified without it', async () => {
    const names: string[] = [];
    const server = createTlsServer({
      SNICallback(name, callback) {
        names.push(name);
        callback(new Error('there is no certificate here'));
      },
    });
    await new Promise<void>((resolve) => server.listen(0, OPEN, resolve));
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const { dns, send } = await scene(() => [OPEN]);
    for (const name of ['a.test', 'a.test.']) {
      expect((await send(name, 'https', port)).status).toBe('failed');
    }
    expect(names).toEqual(['a.test', 'a.test']);
    expect(dns.lookUpsOf('a.test')).toBe(2);
    expect((await send('b.test.')).status).toBe('success');
  });
});

describe('a TLS session', () => {
  it('is resumed, but not its successor: the certificate would never be checked again', async () => {
    const authority = testAuthority('Hooktrail Test Authority');
    const { createSecureContext } = tls;
    const spy = vi
      .spyOn(tls, 'createSecureContext')
      .mockImplementation((options) => createSecureContext({ ...options, ca: authority.cert }));
    syncBuiltinESMExports();
    cleanups.push(async () => {
      spy.mockRestore();
      syncBuiltinESMExports();
    });
    const resumed: boolean[] = [];
    const server = createTlsServer(
      testCertificate({ names: [OPEN], issuer: authority }),
      (socket) => {
        resumed.push(socket.isSessionReused());
        socket.on('error', () => undefined).end('ok');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, OPEN, resolve));
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const origin = new URL(`https://${OPEN}:${port}`);
    const dial = createDial(createAddressRules([`${OPEN}/32`]), async () => []);
    for (let turn = 0; turn < 3; turn++) {
      const socket = dial(origin, () => undefined).socket as TLSSocket;
      await once(socket, 'secureConnect');
      // Like a server that issues a session with every connection, which Node's does not.
      if (socket.isSessionReused()) socket.emit('session', Buffer.from('another'));
      await once(socket, 'close');
    }
    expect(resumed).toEqual([false, true, true]);
  });
});

describe('a port', () => {
  it('that is not allowed is not dialled', async () => {
    const target = await startRawReceiver((socket) => socket.write(CLOSING));
    cleanups.push(() => target.close());
    const { port } = target;
    const allowing = (ports: { first: number; last: number }[]) => {
      const client = createHttpClient(createAddressRules(['127.0.0.0/8'], ports));
      cleanups.push(async () => client.stop());
      const request = { path: '/', method: 'GET', headers: [], body: undefined };
      return new Promise<HttpExchange>((resolve) => {
        client.send({ origin: target.url, ...request }, 12_000, 0, resolve);
      });
    };
    const beside = [
      { first: 1, last: port - 1 },
      { first: port + 1, last: 65_535 },
    ];
    expect(await allowing(beside)).toMatchObject({
      status: 'failed',
      errorMessage: `address refused: port ${port} is not allowed; see HOOKTRAIL_ALLOWED_PORTS`,
    });
    expect(target.connections.made).toBe(0);
    expect((await allowing([...beside, { first: port, last: port }])).status).toBe('success');
  });
});

describe('a proxy', () => {
  it('from the environment is not used: it would dial what the rules refuse', async () => {
    const proxy = await startRawReceiver((socket) => socket.end(CLOSING));
    cleanups.push(() => proxy.close());
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
      vi.stubEnv(name, proxy.url);
      vi.stubEnv(name.toLowerCase(), proxy.url);
    }
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    const { reached, send } = await scene((name) => [name === 'a.test' ? OPEN : REFUSED]);
    expect((await send('a.test')).status).toBe('success');
    expect((await send('b.test')).errorMessage).toMatch(/^address refused: /);
    expect(reached).toEqual([OPEN]);
    expect(proxy.connections.made).toBe(0);
  });
});
