import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { SeenCertificates } from './seen-certificates.ts';

/** Real handshakes with a receiver whose certificates change; the clock is the test's. */
/** Certificates have whole seconds. */
const START_MS = Math.floor(Date.now() / 1_000) * 1_000;
const inDays = (days: number) => new Date(START_MS + days * DAY_MS);
const root = testAuthority('Root', undefined, { until: inDays(1_000) });
const certificateUntil = (days: number, issuer = root) =>
  testCertificate({ names: ['localhost'], issuer, until: inDays(days) });

let trail: TestTrail;
let server: Server;
let origin: string;
let nowMs: number;
let setBackMs: number;
let seen: SeenCertificates;
/** The endpoints of webhooks. */
let endpoints: Map<string, string>;
let failing: boolean;

beforeAll(async () => {
  trail = await createTestTrail();
  server = createServer({}, (socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await trail.drop();
});
beforeEach(() => {
  nowMs = Date.now();
  setBackMs = 0;
  endpoints = new Map([['W', `${origin}/hooks`]]);
  failing = false;
  seen = new SeenCertificates({
    clock: { now: () => nowMs - setBackMs },
    database: {
      run(query, params) {
        if (failing) return Promise.reject(new Error('away'));
        return trail.database.run(query, params);
      },
    },
    directory: { webhook: (id) => ({ endpoint: endpoints.get(id) }) as never },
    log: pino({ level: 'silent' }),
    monotonic: () => nowMs,
  });
});
afterEach(async () => {
  await seen.stop();
  await trail.sql('delete from endpoint_certificate');
});

/** Makes a handshake, notes it, and writes what there is to write. */
async function handshake(by = 'W', session?: Buffer): Promise<Buffer> {
  const socket: TLSSocket = connect({
    ...{ host: '127.0.0.1', port: (server.address() as AddressInfo).port, servername: 'localhost' },
    ...{ ca: root.cert, maxVersion: 'TLSv1.2', ...(session && { session }) },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve).once('error', reject);
  });
  expect(socket.isSessionReused()).toBe(session !== undefined);
  seen.note(origin, by, socket);
  const kept = socket.getSession() as Buffer;
  socket.destroy();
  await seen.stop();
  return kept;
}

const rows = () =>
  trail.sql<{ ends_at: Date; subject: string; issuer: string; seen_at: Date }>(
    'select origin, subject, issuer, ends_at, seen_at from endpoint_certificate',
  );

test('keeps what an endpoint showed last, looks at it once in five minutes and writes changes', async () => {
  server.setSecureContext(certificateUntil(3));
  await handshake();
  expect(await rows()).toEqual([
    {
      ...{ origin, subject: 'CN=localhost', issuer: 'CN=Root' },
      ...{ ends_at: inDays(3), seen_at: new Date(nowMs) },
    },
  ]);
  const firstMs = nowMs;
  server.setSecureContext(certificateUntil(90));
  nowMs += 5 * MINUTE_MS - 1;
  await handshake();
  expect((await rows())[0]?.ends_at).toEqual(inDays(3));
  nowMs += 1;
  await handshake();
  expect(await rows()).toMatchObject([{ ends_at: inDays(90), seen_at: new Date(nowMs) }]);
  expect(nowMs).toBe(firstMs + 5 * MINUTE_MS);
  // Unchanged: it is not written, until a day has gone.
  nowMs += DAY_MS - 1;
  await handshake();
  expect((await rows())[0]?.seen_at).toEqual(new Date(firstMs + 5 * MINUTE_MS));
  nowMs += 5 * MINUTE_MS;
  await handshake();
  expect((await rows())[0]?.seen_at).toEqual(new Date(nowMs));
});

test('names who signed, where that certificate ends first', async () => {
  const middle = testAuthority('Middle', root, { until: inDays(5) });
  const { cert, key } = certificateUntil(90, middle);
  server.setSecureContext({ cert: cert + middle.cert, key });
  await handshake();
  expect(await rows()).toMatchObject([
    { subject: 'CN=Middle', issuer: 'CN=Root', ends_at: inDays(5) },
  ]);
});

test('learns nothing from a resumed session, and forgets nothing', async () => {
  server.setSecureContext(certificateUntil(3));
  const session = await handshake();
  const before = await rows();
  nowMs += 2 * DAY_MS;
  await handshake('W', session);
  expect(await rows()).toEqual(before);
});

test('writes nothing of a request that is of no stored webhook, nor where its endpoint changed', async () => {
  server.setSecureContext(certificateUntil(3));
  await handshake('trial');
  endpoints.set('W', 'https://elsewhere.example/');
  await handshake('W');
  expect(await rows()).toEqual([]);
  // And such a request does not keep a real one from being noted.
  endpoints.set('W', `${origin}/hooks`);
  await handshake('W');
  expect(await rows()).toHaveLength(1);
});

test('writes it with the next handshake when the database was away', async () => {
  server.setSecureContext(certificateUntil(3));
  failing = true;
  await handshake();
  failing = false;
  expect(await rows()).toEqual([]);
  await handshake();
  expect(await rows()).toHaveLength(1);
});

test('forgets what was not seen for 30 days', async () => {
  await trail.sql(
    `insert into endpoint_certificate select 'https://' || n, 'f', 's', 'i', now(), now(), now() - n * interval '1 day'
    from generate_series(29, 31) n`,
  );
  server.setSecureContext(certificateUntil(3));
  await handshake();
  const left = await trail.sql('select origin from endpoint_certificate order by origin');
  expect(left.map((row) => row['origin'])).toEqual(['https://29', origin]);
});

test('looks no later when the clock of the database is set back', async () => {
  server.setSecureContext(certificateUntil(3));
  await handshake();
  const [first] = await rows();
  setBackMs = 2 * DAY_MS;
  server.setSecureContext(certificateUntil(90));
  nowMs += 5 * MINUTE_MS - 1;
  await handshake();
  expect(await rows()).toEqual([first]);
  nowMs += 1;
  await handshake();
  // The row has a later time than the clock, and takes the change all the same.
  expect(await rows()).toEqual([{ ...first, ends_at: inDays(90) }]);
  // A day later it is written again, and old rows are deleted.
  await trail.sql(
    `insert into endpoint_certificate
    values ('https://old', 'f', 's', 'i', now(), now(), now() - interval '31 days')`,
  );
  setBackMs = HOUR_MS;
  nowMs += DAY_MS;
  await handshake();
  expect(await rows()).toEqual([
    { ...first, ends_at: inDays(90), seen_at: new Date(nowMs - HOUR_MS) },
  ]);
});
