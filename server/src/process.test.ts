import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { uuidFromId } from './model/ids.ts';
import { type ServerProcess, spawnServer, startServer } from './testing/server-process.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';
import { call, makeDue, sql, TOKEN } from './testing/test-node.ts';

let database: TestDatabase;
let receiver: Receiver;
const servers: ServerProcess[] = [];
const folders: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.kill('SIGKILL');
    await server.ended;
  }
});

afterAll(async () => {
  await receiver.close();
  await database.drop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function server(env: Record<string, string> = {}): Promise<ServerProcess> {
  const started = await startServer({ HOOKTRAIL_DATABASE_URL: database.url, ...env });
  servers.push(started);
  return started;
}

async function webhook(url: string, type: string): Promise<string> {
  const { body } = await call(url, 'POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      endpoint: receiver.url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
    },
  });
  return body.webhook.id;
}

async function publish(url: string, type: string): Promise<string> {
  const { body } = await call(url, 'POST', '/v1/events', { type });
  return body.invocations[0].id;
}

async function rowOf(invocationId: string) {
  const [row] = await sql(
    database.url,
    'select status, attempts_count, leased, due_at from invocation where id = $1',
    [uuidFromId(invocationId)],
  );
  return row as { status: string; attempts_count: number; leased: boolean; due_at: Date | null };
}

describe('SIGTERM', () => {
  test('lets requests in flight finish, releases unsent invocations, and exits with 0', async () => {
    const node = await server();
    const webhookId = await webhook(node.url, 'stop.in.flight');
    const held: (() => void)[] = [];
    receiver.behave((_request, response) => held.push(() => response.end('late')));
    // A webhook may have 64 requests in flight; the rest waits in the node's memory.
    const batch = Array.from({ length: 100 }, () => ({ type: 'stop.in.flight' }));
    await call(node.url, 'POST', '/v1/events/batch', batch);
    await eventually('64 requests in flight', () => held.length === 64);

    node.kill('SIGTERM');
    await eventually('the node to drain', () => node.output().includes('"msg":"stopping"'));
    await eventually('the release of unsent invocations', async () => {
      const [row] = await sql(
        database.url,
        'select count(*)::int as count from invocation where webhook_id = $1 and leased',
        [uuidFromId(webhookId)],
      );
      return row?.['count'] === 64;
    });
    await expect(fetch(`${node.url}/healthz`)).rejects.toThrow();
    for (const answer of held) answer();
    expect(await node.ended).toBe(0);

    const rows = await sql(
      database.url,
      `select status, attempts_count, leased, due_at is null as final, count(*)::int as count
      from invocation where webhook_id = $1 group by 1, 2, 3, 4 order by 1`,
      [uuidFromId(webhookId)],
    );
    expect(rows).toEqual([
      { status: 'accepted', attempts_count: 0, leased: false, final: false, count: 36 },
      { status: 'success', attempts_count: 1, leased: false, final: true, count: 64 },
    ]);
  });
});

describe('SIGTERM with a delay for load balancers', () => {
  test('reports the node as not ready and keeps working until the delay is over', async () => {
    receiver.behave((_request, response) => response.end('ok'));
    const node = await server({ HOOKTRAIL_DRAIN_DELAY_SECONDS: '10' });
    await webhook(node.url, 'drain.delay');
    const { status: ready } = await call(node.url, 'GET', '/readyz');
    const signalledMs = Date.now();
    node.kill('SIGTERM');
    const answer = await eventually('the node not to be ready', async () => {
      const answer = await call(node.url, 'GET', '/readyz');
      return answer.status === 200 ? undefined : answer;
    });
    expect(ready).toBe(200);
    expect([answer.status, answer.body]).toEqual([
      503,
      { status: 'not ready', reason: 'this node is stopping' },
    ]);
    expect((await call(node.url, 'GET', '/healthz')).status).toBe(200);
    const id = await publish(node.url, 'drain.delay');
    await eventually('its delivery', async () => (await rowOf(id)).status === 'success');
    expect(node.output()).not.toContain('"msg":"stopped"');
    expect(await node.ended).toBe(0);
    expect(Date.now() - signalledMs).toBeGreaterThanOrEqual(10_000);
    await expect(fetch(`${node.url}/healthz`)).rejects.toThrow();
  });
});

describe('SIGTERM while a request takes longer than its lease', () => {
  test('waits as long as its webhook allows, and no other node sends it meanwhile', async () => {
    const node = await server();
    const webhookId = await webhook(node.url, 'stop.long');
    await call(node.url, 'PUT', `/v1/webhooks/${webhookId}/delivery`, {
      delivery: { time_limit_seconds: 60 },
    });
    // What the tests before left to send comes as well.
    const held: (() => void)[] = [];
    receiver.behave((_request, response) => held.push(() => response.end('late')));
    const id = await publish(node.url, 'stop.long');
    await eventually('the request', () => receiver.requestsOf(id).length === 1);
    // Only now: a node that looks for what is due of a new webhook has no place for what is published meanwhile, so either may send it.
    await server();
    node.kill('SIGTERM');
    // Real time: a lease is 30 s, and a node otherwise waits at most 15 s for requests in flight.
    setTimeout(() => {
      for (const answer of held) answer();
    }, 33_000);
    expect(await node.ended).toBe(0);
    expect(await rowOf(id)).toMatchObject({ status: 'success', attempts_count: 1 });
    expect(receiver.requestsOf(id)).toHaveLength(1);
  });
});

describe('SIGTERM with clients that keep their connections open', () => {
  test.each([
    ['without a request', ''],
    [
      'in the middle of a request',
      `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"type"`,
    ],
    ['after a request', `GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`],
  ])('%s does not wait for them', async (_what, sent) => {
    const node = await server();
    const { port } = new URL(node.url);
    const socket = connect(Number(port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    socket.resume();
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    socket.write(sent);
    await call(node.url, 'GET', '/readyz'); // the node reads the bytes above before it answers this
    node.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    await closed;
  });
});

describe('kill -9', () => {
  test('leaves what was in flight unknown, and another node sends it again', async () => {
    receiver.behave(() => undefined);
    const dying = await server();
    await webhook(dying.url, 'kill.in.flight');
    const id = await publish(dying.url, 'kill.in.flight');
    await eventually('the first request', () => receiver.requestsOf(id).length === 1);
    dying.kill('SIGKILL');
    expect(await dying.ended).toBe('SIGKILL');
    expect(await rowOf(id)).toMatchObject({ status: 'accepted', attempts_count: 0, leased: true });

    const answers: (() => void)[] = [];
    receiver.behave((_request, response) => answers.push(() => response.end('ok')));
    await server();
    await makeDue(database.url, { expired: true });
    await eventually('the second request', () => receiver.requestsOf(id).length === 2);
    expect(await rowOf(id)).toMatchObject({ status: 'unknown', attempts_count: 0, leased: true });
    for (const answer of answers) answer();
    await eventually('the record', async () => (await rowOf(id)).status === 'success');
    expect(await rowOf(id)).toMatchObject({ attempts_count: 1, leased: false, due_at: null });
    expect(receiver.requestsOf(id)).toHaveLength(2);
  });
});

describe('two nodes on one database', () => {
  test('share the work and send nothing twice', async () => {
    // One node sends until its places are taken, so what is left is for the other, however late it looks.
    const held: (() => void)[] = [];
    receiver.behave((_request, response) => held.push(() => response.end('ok')));
    const [one] = await Promise.all([
      server(),
      // This one may not deliver to loopback, so each attempt shows which node made it.
      server({ HOOKTRAIL_ALLOWED_NETWORKS: '' }),
    ]);
    const webhookId = await webhook(one.url, 'share.the.work');
    // The refusals would open the breaker, and a retry would count as sent twice.
    await call(one.url, 'PUT', `/v1/webhooks/${webhookId}/delivery`, {
      delivery: { breaker: null, schedule_seconds: [], time_limit_seconds: 60 },
    });
    const batch = Array.from({ length: 1_000 }, () => ({ type: 'share.the.work' }));
    for (let count = 0; count < 5; count++) {
      await call(one.url, 'POST', '/v1/events/batch', batch);
    }
    await eventually('an attempt of the other', async () => {
      const refused = await sql(
        database.url,
        `select from invocation where webhook_id = $1 and status = 'failed' limit 1`,
        [uuidFromId(webhookId)],
      );
      return refused.length > 0;
    });
    receiver.behave((_request, response) => setTimeout(() => response.end('ok'), 20));
    for (const answer of held) answer();
    const counts = await eventually('5,000 first attempts', async () => {
      const rows = await sql<{ status: string; count: number }>(
        database.url,
        `select status, count(*)::int as count from invocation
        where webhook_id = $1 and attempts_count = 1 group by 1`,
        [uuidFromId(webhookId)],
      );
      const byStatus = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
      const { success = 0, failed = 0 } = byStatus;
      return success + failed === 5_000 ? { success, failed } : undefined;
    });
    expect(counts.success).toBeGreaterThan(0);
    expect(counts.failed).toBeGreaterThan(0);
    const seen = receiver.requests.filter(({ body }) => body.includes('share.the.work'));
    expect(seen).toHaveLength(counts.success);
  });

  test('see the changes of each other', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    receiver.behave((_request, response) => response.end('ok'));
    const id = await webhook(one.url, 'change.on.one');
    await eventually('the webhook on the other node', async () => {
      const { status } = await call(two.url, 'GET', `/api/v2/webhooks/${id}`);
      return status === 200;
    });
    const invocation = await publish(two.url, 'change.on.one');
    await eventually('its delivery', async () => (await rowOf(invocation)).status === 'success');
  });

  test('start at the same moment on an empty database', async () => {
    const empty = await createTestDatabase();
    await sql(empty.url, 'drop schema public cascade');
    await sql(empty.url, 'create schema public');
    const nodes = await Promise.all(
      Array.from({ length: 3 }, () => server({ HOOKTRAIL_DATABASE_URL: empty.url })),
    );
    for (const { url } of nodes)
      expect((await call(url, 'GET', '/api/v2/webhooks')).status).toBe(200);
    for (const node of nodes) node.kill('SIGTERM');
    expect(await Promise.all(nodes.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    await empty.drop();
  });
});

describe('the log', () => {
  test('contains no secret, at any level', async () => {
    receiver.behave((_request, response) => response.writeHead(500).end());
    const node = await server({ HOOKTRAIL_LOG_LEVEL: 'trace' });
    const id = await webhook(node.url, 'log.no.secret');
    const data = { username: 'user', password: 'hush-password' };
    const authentication = { type: 'basic_auth', data, add_position: 'header' };
    await call(node.url, 'PATCH', `/api/v2/webhooks/${id}`, { webhook: { authentication } });
    const { body } = await call(node.url, 'GET', `/api/v2/webhooks/${id}/signing_secret`);
    const invocation = await publish(node.url, 'log.no.secret');
    await eventually('an attempt', async () => (await rowOf(invocation)).attempts_count === 1);
    await call(node.url, 'GET', '/api/v2/webhooks?page[size]=x');
    await call(node.url, 'GET', '/nowhere', undefined, { authorization: 'Bearer hush-wrong' });
    await call(node.url, 'POST', '/v1/events', '{"type": "hush');
    // Broken connections log errors.
    await sql(
      database.url,
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await eventually('it to notice', () =>
      node.output().includes('lost the connection that listens'),
    );
    await eventually('the node to be ready again', async () => {
      const { status } = await call(node.url, 'GET', '/readyz');
      return status === 200;
    });
    node.kill('SIGTERM');
    await node.ended;
    for (const secret of [
      TOKEN,
      'hush',
      body.signing_secret.secret,
      Buffer.alloc(32, 7).toString('base64'),
    ]) {
      expect(node.output()).not.toContain(secret);
    }
  });
});

describe('a log for people', () => {
  test('has one line per record, and the next steps after the start', async () => {
    const node = spawnServer({
      HOOKTRAIL_DATABASE_URL: database.url,
      HOOKTRAIL_LOG_FORMAT: 'text',
    });
    await eventually('the next steps', () => node.output().includes('Ctrl-C'));
    node.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    const output = node.output();
    const [, url] = /^[\d:.]{12} INFO {2}hooktrail is up url=(\S+)$/m.exec(output) ?? [];
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(output).toContain(`Its API is at ${url}\n`);
    expect(output).toContain(`curl -sS ${url}/v1/events`);
    expect(output).toMatch(
      /^[\d:.]{12} INFO {2}stopping signal=SIGTERM\n[\d:.]{12} INFO {2}stopped$/m,
    );
    expect(output).not.toContain('{"level"');
    expect(output).not.toContain('\u001b');
    expect(output).not.toContain(TOKEN);
  });

  // What Node asks of the environment before it says that a terminal has colours (getColorDepth).
  // A build server sets CI, for example, and Node then takes its terminal for a plain one.
  const ASKED = ['FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS', 'TMUX', 'CI', 'TF_BUILD']
    .concat('TEAMCITY_VERSION', 'TERM_PROGRAM', 'COLORTERM')
    .flatMap((name) => ['-u', name]);

  // `script` gives a program a terminal; that of macOS and BSD has other options.
  test.runIf(process.platform === 'linux').each([
    ['coloured', [], true],
    ['plain with NO_COLOR', ['NO_COLOR=1'], false],
  ])('is the default on a terminal, %s', async (_what, env, coloured) => {
    const colours = ['env', ...ASKED, 'TERM=xterm', ...env];
    const terminal = ['sh', '-c', 'exec script -qec "$*" /dev/null', 'sh'];
    const node = spawnServer({ HOOKTRAIL_DATABASE_URL: database.url }, [...colours, ...terminal]);
    await eventually('the next steps', () => node.output().includes('Ctrl-C'));
    node.kill('SIGTERM');
    await node.ended;
    const output = node.output();
    expect(stripVTControlCharacters(output)).toMatch(/^[\d:.]{12} INFO {2}hooktrail is up url=/m);
    expect(output.includes('\u001b[')).toBe(coloured);
  });

  test('is not the default on a pipe', async () => {
    const node = await server();
    node.kill('SIGTERM');
    await node.ended;
    expect(node.output()).not.toContain('curl');
    for (const line of node.output().trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), pid: node.pid });
    }
  });
});

describe('a start that fails', () => {
  test('on a port in use names the port', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    const refused = spawnServer({
      HOOKTRAIL_DATABASE_URL: database.url,
      HOOKTRAIL_PORT: String(port),
    });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(`port ${port} of 127.0.0.1 is in use`);
    other.close();
  });

  test('with another secret key says so', async () => {
    const node = await server();
    node.kill('SIGTERM');
    await node.ended;
    const refused = spawnServer({
      HOOKTRAIL_DATABASE_URL: database.url,
      HOOKTRAIL_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
    });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('HOOKTRAIL_SECRET_KEY is not the key');
  });

  test('with wrong settings names each of them', async () => {
    const refused = spawnServer({ HOOKTRAIL_PROT: '1', HOOKTRAIL_RETENTION_DAYS: 'x' });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('HOOKTRAIL_PROT');
    expect(refused.output()).toContain('HOOKTRAIL_RETENTION_DAYS');
  });
});

describe('the embedded database', () => {
  test('survives a kill -9 of its node, and the next node has its invocations', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-process-'));
    folders.push(dataDir);
    const env = { HOOKTRAIL_DATABASE_URL: '', HOOKTRAIL_DATA_DIR: dataDir };
    receiver.behave(() => undefined);
    const dying = await server(env);
    await webhook(dying.url, 'embedded.and.killed');
    const id = await publish(dying.url, 'embedded.and.killed');
    await eventually('the first request', () => receiver.requestsOf(id).length === 1);
    dying.kill('SIGKILL');
    await dying.ended;

    receiver.behave((_request, response) => response.end('ok'));
    const next = await server(env);
    // Its lease runs for up to 30 s; this test only checks that the next node has it and waits.
    const { body } = await call(next.url, 'GET', '/api/v2/webhooks');
    const { body: page } = await call(
      next.url,
      'GET',
      `/api/v2/webhooks/${body.webhooks[0].id}/invocations`,
    );
    expect(page.invocations).toMatchObject([{ id, status: 'accepted', attempts_count: 0 }]);
    next.kill('SIGTERM');
    expect(await next.ended).toBe(0);
  });

  test('shows the first token once, when none is set', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-process-'));
    folders.push(dataDir);
    const env = {
      HOOKTRAIL_DATABASE_URL: '',
      HOOKTRAIL_DATA_DIR: dataDir,
      HOOKTRAIL_BOOTSTRAP_TOKEN: '',
    };
    const first = await server(env);
    const token = await eventually('the token', () => /ht_[\w-]{40}/.exec(first.output())?.[0]);
    const answer = await fetch(`${first.url}/api/v2/webhooks`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    first.kill('SIGTERM');
    await first.ended;
    const second = await server(env);
    expect(second.output()).not.toContain(token);
    expect(second.output()).not.toMatch(/ht_[\w-]{40}/);
    second.kill('SIGTERM');
    await second.ended;
  });
});
