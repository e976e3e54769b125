import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { eventually } from '@hooktrail/harness/eventually';
import { freePort } from '@hooktrail/harness/free-port';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../database/database.ts';
import { createDirectory, type DirectoryCache } from '../../directory/create-directory.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import { createSecretBox } from '../../secrets/secret-box.ts';
import { defaultAlertRules } from '../../testing/default-alert-rules.ts';
import { type ServerProcess, startServer } from '../../testing/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { call, sql } from '../../testing/test-node.ts';
import { createCertificateReader } from './create-certificate-reader.ts';
import { createNodeReader } from './create-node-reader.ts';
import { createSecretReader } from './create-secret-reader.ts';

/*
 * Two real nodes on one database, an endpoint with TLS whose certificate is about to end, and readers beside them,
 * with the directory that the evaluating node would have.
 */
/** Certificates have whole seconds. */
const START_MS = Math.floor(Date.now() / 1_000) * 1_000;
const inDays = (days: number) => new Date(START_MS + days * DAY_MS);
const authority = testAuthority('Authority', undefined, { until: inDays(1_000) });
const clients = testAuthority('Authority of Clients', undefined, { until: inDays(1_000) });
const certificate = (untilDays: number, issuer = authority) =>
  testCertificate({
    names: ['localhost'],
    issuer,
    from: inDays(untilDays - 90),
    until: inDays(untilDays),
  });

const stops: (() => Promise<unknown>)[] = [];
let testDatabase: TestDatabase;
let database: Database;
let directory: DirectoryCache;
let first: ServerProcess;
let second: ServerProcess;
let server: Server;
let endpoint: string;
let port: string;
let nowMs = Date.now();
const clock = { now: () => nowMs };

async function start(env: Record<string, string>): Promise<ServerProcess> {
  const started = await startServer({ HOOKTRAIL_DATABASE_URL: testDatabase.url, ...env });
  stops.push(() => {
    started.kill('SIGTERM');
    return started.ended;
  });
  return started;
}

let environment: Record<string, string>;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-alerts-'));
  stops.push(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'authority.pem'), authority.cert);
  environment = { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') };
  testDatabase = await createTestDatabase();
  stops.push(() => testDatabase.drop());
  database = openDatabase(testDatabase.url, { connections: 2, log: pino({ level: 'silent' }) });
  stops.push(() => database.close());
  directory = createDirectory({
    database,
    secrets: createSecretBox(Buffer.alloc(32, 7)),
    onWebhook: () => undefined,
  });
  server = createServer(certificate(3), (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  endpoint = `https://localhost:${(server.address() as AddressInfo).port}`;
  port = String(await freePort());
  // With the same port it has the same name when it comes back.
  first = await start({ ...environment, HOOKTRAIL_PORT: port });
  second = await start(environment);
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

async function webhook(name: string, url = `${endpoint}/${name}`): Promise<string> {
  const { body } = await call(first.url, 'POST', '/api/v2/webhooks', {
    webhook: {
      name,
      endpoint: url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [`test.${name}`],
    },
  });
  return body.webhook.id;
}

async function read(
  { read: conditions }: ReturnType<typeof createNodeReader>,
  watched: string[] = [],
) {
  await directory.reload();
  return (await conditions(defaultAlertRules({ watched }))) ?? [];
}

const certificates = () => read(createCertificateReader({ clock, database, directory }));

const seenUntil = async () =>
  (await sql<{ ends_at: Date }>(testDatabase.url, 'select ends_at from endpoint_certificate')).map(
    (row) => row.ends_at,
  );

test('a certificate that a delivery saw is told before its end, until a delivery sees a new one', async () => {
  const ids = [await webhook('orders'), await webhook('bills')];
  const publish = (at: ServerProcess) =>
    call(at.url, 'POST', '/v1/events', { type: 'test.orders' });
  expect(await certificates()).toEqual([]);
  await publish(first);
  await eventually('it is seen', async () => (await seenUntil()).length === 1);
  const [one, ...others] = await certificates();
  expect(others).toEqual([]);
  expect(one).toMatchObject({
    ...{ accountId: 1, kind: 'certificate', subject: endpoint, webhookId: ids[0] },
    facts: {
      ...{ name: 'orders', which: 'endpoint', host: endpoint.slice('https://'.length), others: 1 },
      ...{ not_after: inDays(3).toISOString(), issuer: 'CN=Authority' },
    },
  });
  expect(one?.value).toBeCloseTo(3, 1);
  const health = await call(second.url, 'GET', `/v1/webhooks/${ids[1]}/health`);
  expect(health.body.health.certificate).toMatchObject({
    ...{ subject: 'CN=localhost', issuer: 'CN=Authority' },
    valid_until: inDays(3).toISOString(),
  });
  // A rule of two days, and no active webhook there, are no reason.
  const reader = createCertificateReader({ clock, database, directory });
  expect(
    await reader.read(defaultAlertRules({ changed: { certificate: { threshold: 2 } } })),
  ).toEqual([]);
  expect(await reader.read(defaultAlertRules({ accountIds: [2] }))).toEqual([]);
  for (const id of ids) {
    await call(first.url, 'PATCH', `/api/v2/webhooks/${id}`, { webhook: { status: 'inactive' } });
  }
  expect(await certificates()).toEqual([]);
  for (const id of ids) {
    await call(first.url, 'PATCH', `/api/v2/webhooks/${id}`, { webhook: { status: 'active' } });
  }
  // Ended, and not renewed.
  nowMs += 4 * DAY_MS;
  expect((await certificates())[0]?.value).toBeCloseTo(-1, 1);
  nowMs -= 4 * DAY_MS;
  // The other node has not looked yet.
  server.setSecureContext(certificate(89));
  await publish(second);
  await eventually(
    'it is renewed',
    async () => (await seenUntil())[0]?.getTime() === inDays(89).getTime(),
  );
  expect(await certificates()).toEqual([]);
});

/** Another one of the same endpoint. */
const seen = (startedDaysAgo: number, endsInDays: number) =>
  sql(
    testDatabase.url,
    `update endpoint_certificate
    set starts_at = now() - $2 * interval '1 day', ends_at = now() + $3 * interval '1 day'
    where origin = $1`,
    [endpoint, startedDaysAgo, endsInDays],
  );

test('a certificate for days is not told while three quarters of it have gone', async () => {
  await seen(4, 2);
  expect(await certificates()).toEqual([]);
  await seen(4, 1);
  expect(await certificates()).toMatchObject([{ subject: endpoint }]);
});

test('no account learns of the certificate of an endpoint that answered it nothing', async () => {
  await seen(87, 3);
  const { body } = await call(first.url, 'POST', '/v1/accounts', { account: { name: 'curious' } });
  const accountId = body.account.id as number;
  const created = await call(first.url, 'POST', `/v1/tokens?account_id=${accountId}`, {
    token: { name: 'curious', role: 'admin' },
  });
  const headers = { authorization: `Bearer ${created.body.token.secret}` };
  const own = (method: string, path: string, given?: unknown) =>
    call(first.url, method, path, given, headers);
  const made = await own('POST', '/api/v2/webhooks', {
    webhook: {
      ...{ name: 'curious', endpoint: `${endpoint}/x`, http_method: 'POST' },
      ...{ request_format: 'json', status: 'active', subscriptions: ['test.curious'] },
    },
  });
  const { id } = made.body.webhook;
  const accounts = async (watched: string[] = []) => {
    await directory.reload();
    const rules = defaultAlertRules({ accountIds: [1, accountId], watched });
    const found = await createCertificateReader({ clock, database, directory }).read(rules);
    return found?.map((condition) => [condition.accountId, condition.facts['issuer']]);
  };
  const health = async () =>
    (await own('GET', `/v1/webhooks/${id}/health`)).body.health.certificate;
  expect(await accounts()).toEqual([[1, 'CN=Authority']]);
  expect(await health()).toBeUndefined();
  await own('POST', '/v1/events', { type: 'test.curious' });
  await eventually('its own alert', async () => (await accounts())?.length === 2 || undefined);
  expect(await health()).toBeDefined();
  // A certificate that has ended lets no delivery through: who was told before stays so.
  await sql(testDatabase.url, 'update attempt set status_code = null');
  expect(await accounts()).toEqual([]);
  expect(await accounts([endpoint])).toEqual([[1, 'CN=Authority']]);
  await own('DELETE', `/api/v2/webhooks/${id}`);
  await sql(testDatabase.url, 'update attempt set status_code = 200');
  await seen(1, 89);
});

test('a client certificate is told before its end, until it is replaced', async () => {
  const id = await webhook('mutual', 'https://mutual.example/');
  const present = async (days: number) => {
    const { cert, key } = certificate(days, clients);
    const answer = await call(first.url, 'PUT', `/v1/webhooks/${id}/client_certificate`, {
      client_certificate: { certificate: cert, private_key: key },
    });
    expect(answer.status).toBe(200);
  };
  await present(10);
  expect(await certificates()).toMatchObject([
    {
      ...{ accountId: 1, subject: `client ${id}`, webhookId: id },
      facts: { name: 'mutual', which: 'client', not_after: inDays(10).toISOString() },
    },
  ]);
  await present(80);
  expect(await certificates()).toEqual([]);
});

test('an old signing secret is told in its last day, where it still signs', async () => {
  const reader = createSecretReader({ clock, directory });
  const id = await webhook('rotated', 'https://rotated.example/');
  const reset = await call(
    first.url,
    'POST',
    `/api/v2/webhooks/${id}/signing_secret?grace_seconds=${2 * 24 * 3_600}`,
  );
  expect(reset.status).toBe(201);
  const until = reset.body.signing_secret.previous_until as string;
  const untilMs = new Date(until).getTime();
  nowMs = untilMs - DAY_MS + MINUTE_MS;
  // Without Standard Webhooks, or with `v1a` alone, nothing is signed with it.
  expect(await read(reader)).toEqual([]);
  const set = (delivery: object) =>
    call(first.url, 'PUT', `/v1/webhooks/${id}/delivery`, { delivery });
  await set({ standard_webhooks: true, signatures: ['v1a'] });
  expect(await read(reader)).toEqual([]);
  await set({ standard_webhooks: true });
  expect(await read(reader)).toMatchObject([
    { accountId: 1, kind: 'secret', subject: id, webhookId: id, facts: { name: 'rotated', until } },
  ]);
  nowMs = untilMs - DAY_MS - MINUTE_MS;
  expect(await read(reader)).toEqual([]);
  nowMs = untilMs;
  expect(await read(reader)).toEqual([]);
  nowMs = Date.now();
});

test('a killed node is told once it was missing for three beats, until it comes back', async () => {
  const reader = createNodeReader({ clock, database });
  expect(await read(reader)).toEqual([]);
  first.kill('SIGKILL');
  await first.ended;
  const silence = (seconds: number) =>
    sql(
      testDatabase.url,
      `update node set seen_at = now() - $2 * interval '1 second' where address = $1`,
      [first.url, seconds],
    );
  await silence(150);
  // As after an outage of the database, when nobody was heard.
  expect(await read(reader)).toEqual([]);
  nowMs += 30 * SECOND_MS;
  const [one, ...others] = await read(reader);
  expect(others).toEqual([]);
  expect(one).toMatchObject({ accountId: 1, kind: 'node', facts: { address: first.url } });
  expect(one?.value).toBeGreaterThanOrEqual(150);
  expect(one?.subject).toBe(`${one?.node} ${first.url}`);
  // Another node evaluates from now on, and knows that it was missing.
  const other = createNodeReader({ clock, database });
  expect(await read(other, [one?.subject as string])).toHaveLength(1);
  // It was killed twice within the day: it is one all the same.
  await sql(
    testDatabase.url,
    `insert into node select gen_random_uuid(), started_at, seen_at - interval '1 hour', version, host, address, load
    from node where address = $1`,
    [first.url],
  );
  expect(await read(other, [one?.subject as string])).toHaveLength(1);
  // After a day it is gone for good.
  await silence(24 * 3_600);
  expect(await read(reader)).toEqual([]);
  await silence(150);
  // An evaluation between the steps of the tests before may have opened one, with the webhooks of that moment.
  for (const table of ['alert_watch', 'alert']) {
    await sql(testDatabase.url, `delete from ${table} where kind = 'certificate'`);
  }
  // Its lease of the evaluation ends with its time, and whoever evaluates next finds what else is bad.
  await sql(
    testDatabase.url,
    `update endpoint_certificate
    set starts_at = now() - interval '87 days', ends_at = now() + interval '3 days'
    where origin = $1`,
    [endpoint],
  );
  await sql(testDatabase.url, `update alert_lease set until_at = '-infinity'`);
  first = await start({ ...environment, HOOKTRAIL_PORT: port });
  expect(await read(reader)).toEqual([]);
  const alert = await eventually('an alert', async () => {
    const path = '/v1/alerts?filter[kind]=certificate';
    return (await call(second.url, 'GET', path)).body.alerts[0];
  });
  expect(alert).toMatchObject({ state: 'open', severity: 'warning', webhook: { name: 'orders' } });
  expect(alert.summary).toMatch(
    /^Webhook "orders" and 1 more: the certificate of localhost:\d+ ends in 3 days, at 20/,
  );
});
