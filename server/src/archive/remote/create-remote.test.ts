import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { startConnectProxy } from '@hooktrail/harness/connect-proxy';
import { startDnsServer } from '@hooktrail/harness/dns-server';
import { eventually } from '@hooktrail/harness/eventually';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAddressRules } from '../../addresses/address-rules.ts';
import { createNameResolver } from '../../addresses/create-name-resolver.ts';
import { createDial } from '../../addresses/dial.ts';
import { createFetch, type Fetch } from '../../http-client/create-fetch.ts';
import { createRemote } from './create-remote.ts';

let double: ZendeskDouble;
beforeAll(async () => {
  double = await startZendeskDouble();
  double.account.create();
});
afterAll(() => double.close());

const remoteOf = (baseUrl: string, fetch: Fetch) =>
  createRemote({
    baseUrl,
    clock: { now: Date.now },
    credentials: double.auth,
    fetch,
    signal: new AbortController().signal,
  });

it('says nothing of the service where no answer came', async () => {
  const remote = remoteOf(double.url, (url, init) => fetch(url, init));
  await remote.webhooks();
  expect(remote.facts).toMatchObject({ limit: 100, remaining: expect.any(Number) });
  double.faults.next({ kind: 'drop' });
  await expect(remote.webhooks()).rejects.toMatchObject({ code: 'unavailable' });
  expect(remote.facts).toBeUndefined();
});

it('is asked through the proxy that deliveries leave through', async () => {
  const proxy = await startConnectProxy({ hosts: { 'acme.test': '127.0.0.1' } });
  // The proxy knows the name, and we do not.
  const dns = await startDnsServer(() => 'NXDOMAIN');
  try {
    const dial = createDial(
      createAddressRules(['127.0.0.0/8']),
      createNameResolver({ servers: [dns.address] }),
      { host: '127.0.0.1', port: proxy.port, authorization: undefined, exceptions: [] },
    );
    const through = createFetch({ dial, accountId: 1, mostBytes: 1_000_000 });
    const target = `acme.test:${double.port}`;
    const { items } = await remoteOf(`http://${target}`, through).webhooks();
    expect(items).toHaveLength(1);
    expect(proxy.asked.map((asked) => asked.target)).toEqual([target]);
    // The rules hold behind it, too.
    await expect(remoteOf('http://169.254.169.254', through).webhooks()).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(proxy.asked).toHaveLength(1);
  } finally {
    await dns.close();
    await proxy.close();
  }
});

it('leaves no connection behind when a handshake that never ends is given up', async () => {
  const open = new Set<Socket>();
  const silent = createServer((socket) => {
    open.add(socket.on('error', () => undefined).resume());
    socket.on('close', () => open.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const dial = createDial(createAddressRules(['127.0.0.0/8']), createNameResolver({ servers: [] }));
  const fetch = createFetch({ dial, accountId: 1, mostBytes: 1_000 });
  const giveUp = new AbortController();
  const asked = fetch(`https://127.0.0.1:${port}/`, { signal: giveUp.signal });
  await eventually('the connection', () => open.size === 1);
  giveUp.abort(new Error('given up'));
  await expect(asked).rejects.toThrow('given up');
  await eventually('its end', () => open.size === 0);
  silent.close();
  await once(silent, 'close');
});
