import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DnsAnswer, type DnsServer, startDnsServer } from '@hooktrail/harness/dns-server';
import { eventually } from '@hooktrail/harness/eventually';
import { afterEach, describe, expect, it } from 'vitest';
import { createNameResolver } from './create-name-resolver.ts';
import { followFile } from './follow-file.ts';
import { parseHosts } from './parse-hosts.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A name server that knows these names. */
async function serve(names: Record<string, DnsAnswer>): Promise<DnsServer> {
  const server = await startDnsServer(({ name }) => names[name] ?? 'NXDOMAIN');
  cleanups.push(() => server.close());
  return server;
}

type Parts = Parameters<typeof createNameResolver>[0];

function resolverFor(server: DnsServer, parts: Partial<Parts> = {}) {
  const resolve = createNameResolver({ servers: [server.address], ...parts });
  return async (name: string, accountId?: number) =>
    (await resolve(name, accountId)).map(({ address }) => address);
}

async function failureOf(promise: Promise<unknown>) {
  return promise.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => ({ code: error.code, message: error.message }),
  );
}

describe('a look-up', () => {
  it('returns all addresses of both families, IPv4 first', async () => {
    const server = await serve({ 'a.test': ['2600::1', '1.2.3.4', '2600::2', '10.0.0.1'] });
    const resolve = createNameResolver({ servers: [server.address] });
    expect(await resolve('a.test')).toEqual([
      { address: '1.2.3.4', family: 4 },
      { address: '10.0.0.1', family: 4 },
      { address: '2600::1', family: 6 },
      { address: '2600::2', family: 6 },
    ]);
  });

  it.each([
    ['there is no such name', 'ENOTFOUND', 'NXDOMAIN'],
    ['the name has no address', 'ENODATA', []],
    ['the name server failed', 'ESERVFAIL', 'SERVFAIL'],
    ['the name server refused to answer', 'EREFUSED', 'REFUSED'],
  ] as const)('says that %s', async (meaning, code, answer) => {
    const resolve = resolverFor(await serve({ 'a.test': answer }));
    expect(await failureOf(resolve('a.test'))).toEqual({
      code: `DNS_${code}`,
      message: `${meaning} (${code} a.test)`,
    });
  });

  it('reports an invalid name', async () => {
    const server = await serve({});
    const resolve = resolverFor(server);
    for (const name of ['a..test', `${'x'.repeat(64)}.test`, `${'x.'.repeat(130)}test`]) {
      expect((await failureOf(resolve(name)))?.message).toMatch(/^not a valid DNS name/);
    }
    expect(server.questions).toEqual([]);
  });

  it('uses one family if the other fails', async () => {
    const server = await startDnsServer(({ type }) => (type === 'A' ? 'SERVFAIL' : ['2600::1']));
    cleanups.push(() => server.close());
    expect(await resolverFor(server)('a.test')).toEqual(['2600::1']);
  });

  it('does not wait for a family that is silent', async () => {
    const server = await startDnsServer(({ type }) => (type === 'A' ? ['1.2.3.4'] : 'silent'));
    cleanups.push(() => server.close());
    expect(await resolverFor(server)('a.test')).toEqual(['1.2.3.4']);
    // The query was not repeated, which would have been after a second.
    expect(server.questions.filter(({ type }) => type === 'AAAA')).toHaveLength(1);
  });

  it('goes to the next name server if one is silent', async () => {
    const silent = await startDnsServer(() => 'silent');
    cleanups.push(() => silent.close());
    const server = await serve({ 'a.test': ['1.2.3.4'] });
    const servers = [silent.address, server.address];
    expect(await resolverFor(server, { servers })('a.test')).toEqual(['1.2.3.4']);
    expect(silent.lookUpsOf('a.test')).toBe(1);
  });

  it('fails when no name server answers', async () => {
    const resolve = resolverFor(await serve({ 'a.test': 'silent' }), { limitMs: 100 });
    expect(await failureOf(resolve('a.test'))).toEqual({
      code: 'DNS_ETIMEOUT',
      message: 'the name server does not answer (ETIMEOUT a.test)',
    });
  });

  it('is shared by concurrent callers, and repeated for later ones', async () => {
    const addresses = ['1.1.1.1'];
    const server = await serve({ 'a.test': addresses, 'b.test': ['3.3.3.3'] });
    const resolve = resolverFor(server);
    const both = await Promise.all([
      ...Array.from({ length: 200 }, () => resolve('a.test')),
      resolve('b.test'),
    ]);
    expect(new Set(both.map(String))).toEqual(new Set(['1.1.1.1', '3.3.3.3']));
    expect(server.lookUpsOf('a.test')).toBe(1);
    addresses[0] = '2.2.2.2';
    expect(await resolve('a.test')).toEqual(['2.2.2.2']);
    expect(server.lookUpsOf('a.test')).toBe(2);
  });

  it('fails for all concurrent callers, and may succeed for later ones', async () => {
    const names: Record<string, DnsAnswer> = { 'a.test': 'SERVFAIL' };
    const resolve = resolverFor(await serve(names));
    const failures = await Promise.all([
      failureOf(resolve('a.test')),
      failureOf(resolve('a.test')),
    ]);
    expect(failures.map((failure) => failure?.code)).toEqual(['DNS_ESERVFAIL', 'DNS_ESERVFAIL']);
    names['a.test'] = ['1.2.3.4'];
    expect(await resolve('a.test')).toEqual(['1.2.3.4']);
  });
});

/** A name server that answers names that begin with `silent` only once they are released. */
async function serveSilent() {
  let release = (): void => undefined;
  const released = new Promise<DnsAnswer>((resolve) => {
    release = () => resolve('NXDOMAIN');
  });
  const server = await startDnsServer(({ name }) =>
    name.startsWith('silent') ? released : ['1.2.3.4'],
  );
  cleanups.push(() => server.close());
  return { server, release };
}

/** Longer than a test: what is released ends a look-up, and not its limit. */
const NEVER_MS = 60_000;

describe('names without an answer', () => {
  it('do not delay others', async () => {
    const { server, release } = await serveSilent();
    const resolve = resolverFor(server, { limitMs: NEVER_MS });
    let settled = 0;
    const silent = Array.from({ length: 100 }, async (_, n) => {
      await failureOf(resolve(`silent${n}.test`));
      settled++;
    });
    await eventually('the questions', () => server.lookUpsOf('silent99.test') > 0);
    for (let n = 0; n < 100; n++) expect(await resolve(`open${n}.test`)).toEqual(['1.2.3.4']);
    expect(settled).toBe(0);
    release();
    await Promise.all(silent);
  });

  it('end at the limit', async () => {
    const { server } = await serveSilent();
    const resolve = resolverFor(server, { limitMs: 100 });
    expect((await failureOf(resolve('silent.test')))?.code).toBe('DNS_ETIMEOUT');
  });

  it.each([
    ['wait for a place', NEVER_MS, ['1.2.3.4']],
    ['give up waiting', 20, 'too many look-ups in progress (EBUSY open.test)'],
  ])('take the places that there are; others %s', async (_, waitMs, expected) => {
    const { server, release } = await serveSilent();
    const resolve = resolverFor(server, { limitMs: NEVER_MS, waitMs, most: 2 });
    const silent = [1, 2].map((account) => failureOf(resolve(`silent${account}.test`, account)));
    const third = resolve('open.test').catch((error: Error) => error.message);
    await eventually('the questions', () => server.questions.length >= 4);
    expect(server.lookUpsOf('open.test')).toBe(0);
    if (waitMs === NEVER_MS) release();
    expect(await third).toEqual(expected);
    release();
    for (const failure of silent) expect((await failure)?.code).toBe('DNS_ENOTFOUND');
    // All places are free again.
    const names = Array.from({ length: 10 }, (_one, n) => `open${n}.test`);
    for (let n = 0; n < names.length; n += 2) {
      const pair = names.slice(n, n + 2).map((name, account) => resolve(name, account));
      expect(await Promise.all(pair)).toHaveLength(2);
    }
  });
});

describe('look-ups of an account', () => {
  it('leave places to another, also for a name that they wait for themselves', async () => {
    const { server, release } = await serveSilent();
    const resolve = resolverFor(server, { limitMs: NEVER_MS, waitMs: NEVER_MS, most: 16 });
    const names = [...Array.from({ length: 40 }, (_, n) => `silent${n}.test`), 'open.test'];
    let settled = 0;
    const first = names.map(async (name) => {
      await failureOf(resolve(name, 1));
      settled++;
    });
    expect(await resolve('open.test', 2)).toEqual(['1.2.3.4']);
    expect(settled).toBe(0);
    release();
    await Promise.all(first);
    expect(server.lookUpsOf('silent39.test')).toBeGreaterThan(0);
  });
});

describe('search domains', () => {
  const KUBERNETES = {
    domains: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    ndots: 5,
  };

  it.each([
    ['billing', 'billing.shop.svc.cluster.local'],
    ['billing.pay', 'billing.pay.svc.cluster.local'],
    ['billing.pay.svc', 'billing.pay.svc.cluster.local'],
    ['hooks.example.com', 'hooks.example.com'],
  ])('find %s as %s', async (name, full) => {
    const server = await serve({ [full]: ['1.2.3.4'] });
    const resolve = resolverFor(server, { search: () => KUBERNETES });
    expect(await resolve(name)).toEqual(['1.2.3.4']);
    expect(server.questions.at(-1)?.name).toBe(full);
  });

  it('are tried in order, and the name itself last', async () => {
    const server = await serve({});
    const resolve = resolverFor(server, { search: () => KUBERNETES });
    expect((await failureOf(resolve('a.test')))?.code).toBe('DNS_ENOTFOUND');
    expect([...new Set(server.questions.map(({ name }) => name))]).toEqual([
      'a.test.shop.svc.cluster.local',
      'a.test.svc.cluster.local',
      'a.test.cluster.local',
      'a.test',
    ]);
  });

  it('that fail do not hide the name itself', async () => {
    const server = await serve({ 'a.test.broken': 'SERVFAIL', 'a.test': ['1.2.3.4'] });
    const resolve = resolverFor(server, { search: () => ({ domains: ['broken'], ndots: 5 }) });
    expect(await resolve('a.test')).toEqual(['1.2.3.4']);
  });

  it('are not tried for a name that ends with a dot', async () => {
    const server = await serve({});
    const resolve = resolverFor(server, { search: () => KUBERNETES });
    expect((await failureOf(resolve('a.test.')))?.code).toBe('DNS_ENOTFOUND');
    expect(new Set(server.questions.map(({ name }) => name))).toEqual(new Set(['a.test']));
  });

  it('are not used with configured name servers', async () => {
    const server = await serve({});
    await failureOf(resolverFor(server)('a'));
    expect(new Set(server.questions.map(({ name }) => name))).toEqual(new Set(['a']));
  });

  it('share the time of one look-up', async () => {
    const server = await startDnsServer(() => 'silent');
    cleanups.push(() => server.close());
    const resolve = resolverFor(server, { search: () => KUBERNETES, limitMs: 100 });
    expect((await failureOf(resolve('a.test')))?.code).toBe('DNS_ETIMEOUT');
    expect(new Set(server.questions.map(({ name }) => name)).size).toBe(1);
  });
});

describe('names resolved without DNS', () => {
  it('are those of the hosts file, in any letter case, while they are in it', async () => {
    const folder = await fs.mkdtemp(join(tmpdir(), 'hooktrail-hosts-'));
    cleanups.push(() => fs.rm(folder, { recursive: true }));
    const path = join(folder, 'hosts');
    const server = await serve({ 'a.test': ['1.1.1.1'] });
    const resolve = resolverFor(server, { hosts: followFile(path, parseHosts) });
    expect(await resolve('a.test')).toEqual(['1.1.1.1']);
    await fs.writeFile(path, '10.0.0.1 A.Test other\n2600::1 a.test\n');
    expect(await resolve('a.test')).toEqual(['10.0.0.1', '2600::1']);
    expect(await resolve('A.TEST.')).toEqual(['10.0.0.1', '2600::1']);
    await fs.writeFile(path, '10.0.0.22 a.test\n');
    expect(await resolve('a.test')).toEqual(['10.0.0.22']);
    await fs.rm(path);
    expect(await resolve('a.test')).toEqual(['1.1.1.1']);
    expect(server.lookUpsOf('a.test')).toBe(2);
  });

  it('are loopback names, whatever DNS says', async () => {
    const server = await serve({ localhost: ['1.1.1.1'], 'a.localhost': ['1.1.1.1'] });
    const resolve = resolverFor(server, { hosts: () => new Map() });
    for (const name of ['localhost', 'LocalHost.', 'a.localhost']) {
      expect(await resolve(name)).toEqual(['127.0.0.1', '::1']);
    }
    expect(server.questions).toEqual([]);
  });
});
