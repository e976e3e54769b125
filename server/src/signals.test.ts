import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { postgresProcessesIn } from './database/embedded/stop-orphaned-postgres.ts';
import {
  type ServerProcess,
  spawnServer,
  startServer,
  UNBUNDLED,
} from './testing/server-process.ts';
import { call } from './testing/test-node.ts';

/* What a node with its own database does with each signal that a supervisor or a terminal sends. */

let receiver: Receiver;
let dataDir: string;
const pids: number[] = [];

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
afterEach(async () => {
  for (const pid of [...pids.splice(0), ...(await postgresProcessesIn(clusterDir()))]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  }
  await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
});

const clusterDir = () => join(dataDir, 'postgres');

async function embedded(): Promise<Record<string, string>> {
  dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-signals-'));
  await chmod(dataDir, 0o711);
  return { HOOKTRAIL_DATABASE_URL: '', HOOKTRAIL_DATA_DIR: dataDir };
}

/** A node that publishes without a pause to a receiver that answers a little later. */
async function startUnderLoad(): Promise<{ node: ServerProcess; accepted(): number }> {
  const node = await startServer(await embedded());
  pids.push(node.pid);
  receiver.behave((_request, response) => setTimeout(() => response.end('ok'), 5));
  await call(node.url, 'POST', '/api/v2/webhooks', {
    webhook: {
      name: 'load',
      endpoint: receiver.url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: ['load.test'],
    },
  });
  let accepted = 0;
  let ended = false;
  void node.ended.then(() => {
    ended = true;
  });
  for (let publisher = 0; publisher < 4; publisher++) {
    void (async () => {
      while (!ended) {
        const answer = await call(node.url, 'POST', '/v1/events', { type: 'load.test' }).catch(
          () => {
            ended = true; // the node refuses connections: it stops
          },
        );
        if (answer !== undefined && answer.status < 300) accepted++;
      }
    })();
  }
  await eventually('the load', () => accepted > 50);
  return { node, accepted: () => accepted };
}

/** The node stopped its database, in order, and gave up its data folder. */
async function expectCleanStop(): Promise<void> {
  expect(await postgresProcessesIn(clusterDir())).toEqual([]);
  expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toMatch(
    /database system is shut down\s*$/,
  );
  expect((await readdir(dataDir)).filter((name) => name.startsWith('node.lock'))).toEqual([]);
}

/** The start of a database is the machine's work: on a busy one it takes long. */
const SLOW = 120_000;
const PATIENT = { patienceMs: 100_000 };

describe('under load', () => {
  test.each(['SIGHUP', 'SIGQUIT', 'SIGTERM', 'SIGINT'] as const)(
    '%s stops the node and its database',
    async (signal) => {
      const { node } = await startUnderLoad();
      node.kill(signal);
      expect(await node.ended).toBe(0);
      expect(node.output()).toContain(`"signal":"${signal}","msg":"stopping"`);
      expect(node.output()).toContain('"msg":"stopped"');
      await expectCleanStop();
    },
    SLOW,
  );

  test(
    'SIGUSR1 and SIGUSR2 change nothing, and open no debugger',
    async () => {
      const { node, accepted } = await startUnderLoad();
      for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGUSR1'] as const) {
        node.kill(signal);
        const before = accepted();
        await eventually('more load', () => accepted() > before + 20);
      }
      node.kill('SIGHUP');
      expect(await node.ended).toBe(0);
      expect(node.output()).not.toMatch(/debugger/i);
      await expectCleanStop();
    },
    SLOW,
  );
});

describe('during the start', () => {
  test('a signal while the program is loaded ends it with 0', async () => {
    const env = await embedded();
    // The program's largest module brings the signal with it.
    const hooks = join(dataDir, 'hooks.mjs');
    await writeFile(
      hooks,
      `export function load(url, context, next) {
        if (url.endsWith('/server/dist/node.js')) process.kill(process.pid, 'SIGTERM');
        return next(url, context);
      }`,
    );
    const preload = join(dataDir, 'preload.mjs');
    await writeFile(
      preload,
      `import { register } from 'node:module';
      register(${JSON.stringify(pathToFileURL(hooks))});`,
    );
    const loaded = { ...env, NODE_OPTIONS: `--import ${pathToFileURL(preload)}` };
    const node = spawnServer(loaded, [], UNBUNDLED);
    pids.push(node.pid);
    expect(await node.ended).toBe(0);
    expect(node.output()).not.toContain('stopping');
    expect(existsSync(clusterDir())).toBe(false);
  });

  test(
    'a signal while its listener is replaced is not lost',
    async () => {
      const env = await embedded();
      const preload = join(dataDir, 'preload.mjs');
      await writeFile(
        preload,
        `const { off } = process;
      process.off = function (name, ...rest) {
        if (name === 'SIGTERM') {
          process.off = off;
          process.kill(process.pid, name);
        }
        return off.call(this, name, ...rest);
      };`,
      );
      const node = spawnServer({ ...env, NODE_OPTIONS: `--import ${pathToFileURL(preload)}` });
      pids.push(node.pid);
      expect(await node.ended).toBe(0);
      expect(node.output()).toContain('"msg":"stopped"');
    },
    SLOW,
  );

  test.each([
    ['SIGHUP', 'while the database is created', 'postgres.new/base'],
    ['SIGTERM', 'to all its processes, while the database is created', 'postgres.new/base'],
    ['SIGTERM', 'while the database starts', 'socket'],
  ] as const)(
    '%s %s stops what was started',
    async (signal, how, file) => {
      const all = how.includes('all');
      const node = spawnServer(await embedded(), all ? ['setsid'] : []);
      pids.push(node.pid);
      await eventually(file, () => existsSync(join(dataDir, file)), PATIENT);
      process.kill(all ? -node.pid : node.pid, signal);
      expect(await node.ended).toBe(0);
      expect(node.output()).toContain('"msg":"stopped"');
      await expectCleanStop();
    },
    SLOW,
  );
});

// `script` gives a program a terminal; that of macOS and BSD has other options.
describe.runIf(process.platform === 'linux')('a terminal that closes', () => {
  test(
    'stops the node and its database, though nothing can be written any more',
    async () => {
      const terminal = ['sh', '-c', 'exec script -qec "exec $*" /dev/null', 'sh'];
      const node = spawnServer(await embedded(), terminal);
      pids.push(node.pid);
      await eventually('the next steps', () => node.output().includes('Ctrl-C'), PATIENT);
      const lock = await readFile(join(dataDir, 'node.lock.1'), 'utf8');
      pids.push(Number.parseInt(lock, 10));
      node.kill('SIGKILL'); // `script` holds the terminal: that is now gone
      await eventually('the lock to be gone', async () => {
        return !(await readdir(dataDir)).includes('node.lock.1');
      });
      await expectCleanStop();
    },
    SLOW,
  );
});
