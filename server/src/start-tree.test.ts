import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { postgresProcessesIn } from './database/embedded/stop-orphaned-postgres.ts';
import { tokenHash } from './secrets/token-hash.ts';
import { scrape } from './testing/scrape.ts';
import { type ServerProcess, spawnServer, startServer } from './testing/server-process.ts';
import { subscribe } from './testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';
import { call, makeDue, sql, TOKEN } from './testing/test-node.ts';

/* Several processes behind one port: real ones, one of which supervises the others. */

let database: TestDatabase;
let receiver: Receiver;
const servers: ServerProcess[] = [];

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
});

async function tree(env: Record<string, string> = {}): Promise<ServerProcess> {
  const started = await startServer({
    HOOKTRAIL_DATABASE_URL: database.url,
    HOOKTRAIL_PROCESSES: '2',
    HOOKTRAIL_METRICS_PORT: '0',
    ...env,
  });
  servers.push(started);
  return started;
}

/** The ids of the processes behind the port, as they said in the log, by their numbers. */
function pidsOf(server: ServerProcess): Map<number, number> {
  const lines = server
    .output()
    .matchAll(/"pid":(\d+),.*"process":(\d+),"msg":"this process is up"/g);
  return new Map([...lines].map(([, pid, number]) => [Number(number), Number(pid)]));
}

const metricsOf = (server: ServerProcess) =>
  scrape(/"metrics_url":"([^"]+)"/.exec(server.output())?.[1] as string);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Calls the API over a connection of its own, and returns the limit of requests that the process has; undefined
 * where the token is refused.
 */
function limitOf(url: string, token = TOKEN): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const asking = request(`${url}/v1/account`, { agent: false, headers }, (answer) => {
      answer.resume();
      resolve(answer.headers['x-rate-limit']);
    });
    asking.on('error', reject).end();
  });
}

const count = async (what: string): Promise<number> => {
  const [row] = await sql<{ count: number }>(
    database.url,
    `select count(*)::int as count from ${what}`,
  );
  return row?.count as number;
};

test('take turns at connections, share the limits, and their metrics are those of the books', async () => {
  const server = await tree({
    HOOKTRAIL_TOKEN_RATE_LIMIT: '1000',
    HOOKTRAIL_LOG_LEVEL: 'debug',
  });
  expect(pidsOf(server).size).toBe(2);
  for (let turn = 0; turn < 8; turn++) expect(await limitOf(server.url)).toBe('500');
  const answered = await eventually('what answered', () => {
    const lines = server.output().matchAll(/"process":(\d),.*"url":"\/v1\/account",.*"answered"/g);
    const numbers = [...lines].map(([, number]) => number);
    return numbers.length === 8 && numbers;
  });
  for (const one of ['1', '2']) {
    expect(answered.filter((number) => number === one).length).toBeGreaterThanOrEqual(3);
  }

  const { body } = await call(server.url, 'GET', '/v1/nodes');
  expect(body.nodes.map(({ address }: { address: string }) => address).sort()).toEqual([
    `${server.url}#1`,
    `${server.url}#2`,
  ]);
  const ready = await fetch(`${server.url}/readyz?verbose`);
  expect(await ready.text()).toContain('[+] processes: 2 of 2 are up\n');

  await subscribe(server.url, 'tree.books', receiver.url);
  const batch = Array.from({ length: 20 }, () => ({ type: 'tree.books' }));
  const publish = () => call(server.url, 'POST', '/v1/events/batch', batch);
  const answers = await Promise.all(Array.from({ length: 8 }, publish));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  await eventually('all deliveries', async () => {
    return (await count("invocation where status = 'success'")) === 160;
  });
  const scraped = await eventually('the metrics of all', async () => {
    const found = await metricsOf(server);
    return found.value('hooktrail_attempts_total') === (await count('attempt')) && found;
  });
  expect(scraped.value('hooktrail_events_total', { result: 'accepted' })).toBe(
    await count('event'),
  );
  expect(scraped.value('hooktrail_attempt_duration_seconds_count')).toBe(await count('attempt'));
  expect(scraped.by('hooktrail_places_limit', 'kind')['places']).toBe(16_384);
  expect(scraped.by('hooktrail_processes', 'state')).toEqual({ up: 2, starting: 0, silent: 0 });
  // The port of the API, whichever process is asked, says the same.
  const asked = await scrape(`${server.url}/metrics`, { authorization: `Bearer ${TOKEN}` });
  expect(asked.value('hooktrail_events_total')).toBe(scraped.value('hooktrail_events_total'));

  // One that hangs is left out and counted; what it counted stays in the sums.
  const [hanging] = pidsOf(server).values();
  process.kill(hanging as number, 'SIGSTOP');
  const without = await eventually('a scrape without it', async () => {
    const found = await metricsOf(server);
    return found.value('hooktrail_processes', { state: 'silent' }) === 1 && found;
  });
  process.kill(hanging as number, 'SIGCONT');
  expect(without.value('hooktrail_attempts_total')).toBe(160);
  expect(without.by('hooktrail_places_limit', 'kind')['places']).toBe(8_192);
  expect(without.value('hooktrail_processes_silent_total')).toBeGreaterThan(0);
});

test('one that is killed under load is replaced, and nothing accepted is lost', async () => {
  const server = await tree();
  await subscribe(server.url, 'tree.killed', receiver.url);
  const accepted: string[] = [];
  let ending = false;
  const publisher = async (name: number) => {
    for (let number = 0; !ending; number++) {
      const event = { id: `killed-${name}-${number}`, type: 'tree.killed' };
      // As a publisher does: again, until it is accepted.
      await eventually('an answer', async () => {
        const answer = await call(server.url, 'POST', '/v1/events', event).catch(() => undefined);
        return answer !== undefined && answer.status < 300;
      });
      accepted.push(event.id);
    }
  };
  const publishers = [0, 1, 2, 3].map(publisher);
  await eventually('the load', () => accepted.length > 50);
  const before = await metricsOf(server);
  const victim = pidsOf(server).get(2) as number;
  process.kill(victim, 'SIGKILL');
  await eventually('its successor', () => (pidsOf(server).get(2) ?? victim) !== victim);
  const atSuccessor = accepted.length;
  await eventually('more load', () => accepted.length > atSuccessor + 50);
  ending = true;
  await Promise.all(publishers);

  const of = "invocation where event_type = 'tree.killed'";
  await eventually('all deliveries', async () => {
    // What the killed one had in flight is due when its leases end.
    await makeDue(database.url, { expired: true });
    return (await count(`${of} and status = 'success'`)) === accepted.length;
  });
  expect(await count(of)).toBe(accepted.length);
  const after = await metricsOf(server);
  expect(after.value('hooktrail_processes_replaced_total')).toBe(1);
  for (const name of ['hooktrail_events_total', 'hooktrail_attempts_total']) {
    expect(after.value(name), name).toBeGreaterThan(before.value(name));
  }
  const output = server.output();
  expect(output).toContain(`"child":2,"childPid":${victim},"end":"SIGKILL"`);
  expect(output).toContain('"msg":"a process was replaced"');

  // The death of the one that supervises ends all.
  const pids = [...pidsOf(server).values()];
  server.kill('SIGKILL');
  await server.ended;
  await eventually('the end of all', () => !pids.some(isAlive));
});

/** Asks over a connection of its own; resolves to the status, or to why there was none. */
function asked(url: string): Promise<unknown> {
  return new Promise((resolve) => {
    const asking = request(`${url}/healthz`, { agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asking.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code)).end();
  });
}

test('what a killed process was given and had not taken is answered by another, or ends', async () => {
  const server = await tree();
  const victim = pidsOf(server).get(2) as number;
  // It takes nothing, and gets one connection all the same: a process says afterwards that it took one.
  process.kill(victim, 'SIGSTOP');
  const answers: unknown[] = [];
  const asking = Array.from({ length: 4 }, async () => answers.push(await asked(server.url)));
  await eventually('the others', () => answers.length === 3);
  process.kill(victim, 'SIGKILL');
  await Promise.all(asking);
  expect(answers).toEqual([200, 200, 200, 200]);

  // None is left that could take them.
  await eventually('its successor', () => (pidsOf(server).get(2) ?? victim) !== victim);
  const all = [...pidsOf(server).values()];
  for (const pid of all) process.kill(pid, 'SIGSTOP');
  const sockets = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.on('error', () => undefined).write('GET /healthz HTTP/1.1\r\n');
      return socket;
    }),
  );
  const closed = Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve))),
  );
  for (const pid of all) process.kill(pid, 'SIGKILL');
  await closed;
});

test('with a database of its own: one first token, and a Ctrl-C leaves no process', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-tree-'));
  await chmod(dataDir, 0o711);
  try {
    const server = await tree({
      HOOKTRAIL_DATABASE_URL: '',
      HOOKTRAIL_SECRET_KEY: '',
      HOOKTRAIL_BOOTSTRAP_TOKEN: '',
      HOOKTRAIL_DATA_DIR: dataDir,
    });
    await eventually('the first token', () => /^ +ht_[\w-]+$/m.test(server.output()));
    const output = server.output();
    expect(output.match(/^ +ht_[\w-]+$/gm)).toHaveLength(1);
    expect(output.match(/"msg":"hooktrail is up"/g)).toHaveLength(1);
    for (const line of output.match(/^\{.*\}$/gm) ?? []) {
      expect(JSON.parse(line).process, line).toBeOneOf([0, 1, 2]);
    }
    const pids = [...pidsOf(server).values()];
    expect(pids).toHaveLength(2);
    // A terminal signals every process of the group.
    for (const pid of [...pids, server.pid]) process.kill(pid, 'SIGINT');
    expect(await server.ended).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await postgresProcessesIn(join(dataDir, 'postgres'))).toEqual([]);
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toMatch(
      /database system is shut down\s*$/,
    );
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  }
});

test('a start that fails says why, once', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  try {
    const server = spawnServer({
      HOOKTRAIL_DATABASE_URL: database.url,
      HOOKTRAIL_PROCESSES: '2',
      HOOKTRAIL_PORT: String(port),
    });
    expect(await server.ended).toBe(1);
    const said = server
      .output()
      .split('\n')
      .filter((line) => !line.startsWith('{'));
    expect(said).toEqual([
      `hooktrail: The port ${port} of 127.0.0.1 is in use; choose another with HOOKTRAIL_PORT.`,
    ]);
  } finally {
    taken.close();
  }
});

test('one process has no other, and no line of its log says which it is', async () => {
  const server = await tree({ HOOKTRAIL_PROCESSES: '1' });
  const children = await new Promise<string>((resolve) => {
    // Status 1: it found none.
    execFile('pgrep', ['-P', String(server.pid)], (error, stdout) =>
      resolve(error === null || error.code === 1 ? stdout : error.message),
    );
  });
  expect(children).toBe('');
  expect(server.output()).not.toContain('"process":');
  const scraped = await metricsOf(server);
  expect(scraped.types.has('hooktrail_processes')).toBe(false);
  const ready = await fetch(`${server.url}/readyz?verbose`);
  expect(await ready.text()).not.toContain('processes');
});

test('take a token that was made elsewhere before they hear of it', async () => {
  const server = await tree({ HOOKTRAIL_TOKEN_RATE_LIMIT: '1000' });
  for (let round = 0; round < 4; round++) {
    const secret = `made-elsewhere-${round}`;
    // Without the notification, which may come later than the client's next request.
    await sql(
      database.url,
      `insert into token (id, account_id, name, role, hash)
      values (gen_random_uuid(), 1, 'elsewhere', 'read', $1)`,
      [tokenHash(secret)],
    );
    for (let turn = 0; turn < 2; turn++) expect(await limitOf(server.url, secret)).toBeDefined();
  }
  expect(await limitOf(server.url, 'made-nowhere')).toBeUndefined();
});
