import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { eventually } from '@hooktrail/harness/eventually';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, makeDue, sql } from '../testing/test-node.ts';

/*
 * Nodes in processes of their own, because trusted authorities are fixed when a process starts, and an
 * endpoint that asks for client certificates of one authority. Its answers name who it took the
 * client for.
 */
const HOUR_MS = 60 * 60 * 1_000;
const servers = testAuthority('Authority of Servers');
const clients = testAuthority('Authority of Clients');
const strangers = testAuthority('Another Authority');
const own = testCertificate({ names: ['localhost'], issuer: servers });
const ann = testCertificate({ names: ['ann'], issuer: clients });
const bob = testCertificate({ names: ['bob'], issuer: clients });
const stranger = testCertificate({ names: ['stranger'], issuer: strangers });

const stops: (() => Promise<unknown>)[] = [];
let database: TestDatabase;
let node: ServerProcess;
let neighbour: ServerProcess;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-tls-'));
  stops.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'authority.pem');
  await writeFile(file, servers.cert);
  database = await createTestDatabase();
  stops.push(() => database.drop());
  const start = async () => {
    const started = await startServer({
      HOOKTRAIL_DATABASE_URL: database.url,
      NODE_EXTRA_CA_CERTS: file,
    });
    stops.push(() => {
      started.kill('SIGTERM');
      return started.ended;
    });
    return started;
  };
  node = await start();
  neighbour = await start();
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

interface Endpoint {
  readonly url: string;
  /** Whether each connection resumed the session of another. */
  readonly resumed: boolean[];
  requests(): number;
}

/** An endpoint that asks for a certificate; it refuses the handshake without a valid one if `strict`. */
async function endpoint({
  strict = true,
  close = false,
  ...options
}: TlsOptions & {
  strict?: boolean;
  close?: boolean;
} = {}): Promise<Endpoint> {
  let requests = 0;
  const resumed: boolean[] = [];
  const server = createServer(
    { ...own, ca: clients.cert, requestCert: true, rejectUnauthorized: strict, ...options },
    (socket) => {
      resumed.push(socket.isSessionReused());
      socket.on('error', () => undefined);
      socket.on('data', () => {
        requests++;
        const who = socket.getPeerCertificate().subject?.CN ?? 'nobody';
        const head = `Content-Length: ${who.length}\r\n${close ? 'Connection: close\r\n' : ''}`;
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n${who}`);
        if (close) socket.end();
      });
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return { url: `https://localhost:${port}/hook`, resumed, requests: () => requests };
}

interface Hook {
  readonly id: string;
  readonly type: string;
}

let hooks = 0;

async function webhookAt(url: string, presented?: { cert: string; key: string }): Promise<Hook> {
  const type = `test.mutual.number_${hooks++}`;
  const { status, body } = await call(node.url, 'POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      endpoint: url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
    },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  const hook = { id: body.webhook.id, type };
  if (presented !== undefined) await present(hook, presented);
  return hook;
}

const pathOf = ({ id }: Hook) => `/v1/webhooks/${id}/client_certificate`;

async function present(hook: Hook, { cert, key }: { cert: string; key: string }): Promise<void> {
  const { status, body } = await call(node.url, 'PUT', pathOf(hook), {
    client_certificate: { certificate: cert, private_key: key },
  });
  expect(status, JSON.stringify(body)).toBe(200);
}

async function attemptOf({ id, type }: Hook, at = node) {
  const { body } = await call(at.url, 'POST', '/v1/events', { type });
  const path = `/api/v2/webhooks/${id}/invocations/${body.invocations[0].id}/attempts`;
  return eventually('an attempt', async () => {
    const answer = await call(at.url, 'GET', path);
    return answer.body.attempts[0];
  });
}

/** For whom the endpoint took the request, or why there was no answer. */
async function takenFor(hook: Hook, at = node): Promise<string> {
  const attempt = await attemptOf(hook, at);
  return attempt.response?.payload ?? attempt.error_message;
}

describe('an endpoint that demands a client certificate', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('takes a valid one, in %s', async (version) => {
    const { url } = await endpoint({ minVersion: version, maxVersion: version });
    expect(await takenFor(await webhookAt(url, ann))).toBe('ann');
  });

  test('gets the whole chain', async () => {
    const middle = testAuthority('Between', clients);
    const leaf = testCertificate({ names: ['carl'], issuer: middle });
    const { url } = await endpoint();
    const chain = { cert: leaf.cert + middle.cert, key: leaf.key };
    expect(await takenFor(await webhookAt(url, chain))).toBe('carl');
    expect(await takenFor(await webhookAt(url, leaf))).toMatch(/may not accept our client cert/);
  });

  test('refuses requests without one, and the attempt says so', async () => {
    const { url, requests } = await endpoint({ minVersion: 'TLSv1.3' });
    expect(await takenFor(await webhookAt(url))).toBe(
      'tls: the endpoint wants a client certificate',
    );
    expect(requests()).toBe(0);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'refuses one of another authority, and the attempt says so, in %s',
    async (version) => {
      const { url } = await endpoint({ minVersion: version, maxVersion: version });
      expect(await takenFor(await webhookAt(url, stranger))).toMatch(
        /^(connection closed|tls): .*the endpoint (may|does) not accept our client certificate/,
      );
    },
  );

  test('refuses one that has expired since, and the attempt says so', async () => {
    const { url } = await endpoint();
    const hook = await webhookAt(url, ann);
    const old = testCertificate({
      names: ['old'],
      issuer: clients,
      from: new Date(Date.now() - 2 * HOUR_MS),
      until: new Date(Date.now() - HOUR_MS),
    });
    // What time does to a certificate that was valid when it was set.
    const secrets = createSecretBox(Buffer.alloc(32, 7));
    const sealed = secrets.seal(JSON.stringify({ certificate: old.cert, privateKey: old.key }));
    await sql(database.url, 'update webhook set client_certificate = $1 where id = $2', [
      sealed,
      uuidFromId(hook.id),
    ]);
    await sql(database.url, 'select pg_notify($1, $2)', ['hooktrail_webhook', hook.id]);
    await eventually('the old one', async () => {
      const { body } = await call(node.url, 'GET', pathOf(hook));
      return body.client_certificate.subject === 'CN=old';
    });
    expect(await takenFor(hook)).toMatch(/the endpoint may not accept our client certificate$/);
  });

  test('sees a change, a removal and a new one with the next request, on every node', async () => {
    const { url } = await endpoint({ strict: false });
    const hook = await webhookAt(url, ann);
    expect(await takenFor(hook)).toBe('ann');
    await present(hook, bob);
    expect(await takenFor(hook)).toBe('bob');
    const elsewhere = async (who: string) =>
      eventually(who, async () => (await takenFor(hook, neighbour)) === who);
    await elsewhere('bob');
    await call(node.url, 'DELETE', pathOf(hook));
    expect(await takenFor(hook)).toBe('nobody');
    await elsewhere('nobody');
    await present(hook, ann);
    expect(await takenFor(hook)).toBe('ann');
  });

  test.each([
    ['over kept connections', false],
    ['over resumed sessions', true],
  ])('never takes a webhook for another one at the same origin, %s', async (_what, close) => {
    const { url, resumed } = await endpoint({ strict: false, close });
    const all: [Hook, string][] = [
      [await webhookAt(url, ann), 'ann'],
      [await webhookAt(url), 'nobody'],
      [await webhookAt(url, bob), 'bob'],
    ];
    for (let turn = 0; turn < 3; turn++) {
      for (const [hook, who] of all) expect(await takenFor(hook)).toBe(who);
    }
    // Each has connections, or sessions, of its own, and uses them again.
    expect(resumed.slice(0, 3)).toEqual([false, false, false]);
    if (close) expect(resumed.slice(3)).toContain(true);
    else expect(resumed).toHaveLength(3);
  });

  test('takes a retry with the certificate that was set meanwhile', async () => {
    const { url } = await endpoint();
    const hook = await webhookAt(url, stranger);
    const { body } = await call(node.url, 'POST', '/v1/events', { type: hook.type });
    const path = `/api/v2/webhooks/${hook.id}/invocations/${body.invocations[0].id}/attempts`;
    const attempts = async () => (await call(node.url, 'GET', path)).body.attempts;
    await eventually('the failure', async () => (await attempts()).length === 1);
    await present(hook, ann);
    await makeDue(database.url);
    await eventually('the retry', async () => (await attempts()).length === 2);
    expect((await attempts())[0]).toMatchObject({
      status: 'success',
      response: { payload: 'ann' },
    });
  });

  test('takes a test request, but not one from elsewhere', async () => {
    const { url } = await endpoint();
    const elsewhere = await endpoint({ strict: false });
    const { id } = await webhookAt(url, ann);
    const tryOut = async (request: object) =>
      (await call(node.url, 'POST', `/api/v2/webhooks/test?webhook_id=${id}`, { request })).body;
    expect((await tryOut({})).response.payload).toBe('ann');
    const other = await tryOut({ endpoint: elsewhere.url });
    expect(other.response.payload).toBe('nobody');
    expect(other.test.withheld).toContain('client_certificate');
  });

  test('takes a clone for the same client', async () => {
    const { url } = await endpoint();
    const { id } = await webhookAt(url, ann);
    const path = `/api/v2/webhooks?clone_webhook_id=${id}`;
    const { webhook } = (await call(node.url, 'POST', path)).body;
    const tested = await call(node.url, 'POST', `/api/v2/webhooks/test?webhook_id=${webhook.id}`);
    expect(tested.body.response.payload).toBe('ann');
  });

  test('that asks without demanding answers those without one too', async () => {
    const { url } = await endpoint({ strict: false });
    expect(await takenFor(await webhookAt(url))).toBe('nobody');
  });
});
