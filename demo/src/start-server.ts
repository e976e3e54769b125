import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stopOrphanedPostgres } from '@hooktrail/server/stop-orphaned-postgres';

const PROGRAM = fileURLToPath(import.meta.resolve('@hooktrail/server/main'));

/** Longer than the server takes when it waits for requests under way (15 s). */
const STOP_MS = 30_000;
const KEPT_LOG_LINES = 20;

/** A server to be started. */
export interface ServerOptions {
  readonly port: number;
  readonly token: string;
  readonly dataDir: string;
  /** Told how it ended, if it does so before it was told to stop. */
  readonly onDeath: (error: Error) => void;
}

/** The real server, as a process of its own. */
export interface Server {
  readonly url: string;
  /** Resolves when it can work, or when it has ended: of that `onDeath` was told. */
  readonly ready: Promise<void>;
  /** Ends it in order, whatever state it is in, and PostgreSQL with it. */
  stop(): Promise<void>;
}

/** Starts the server with settings of its own, none of them from the environment of the demo. */
export function startServer({ port, token, dataDir, onDeath }: ServerOptions): Server {
  const url = `http://127.0.0.1:${port}`;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HOOKTRAIL_'));
  const child = spawn(process.execPath, [PROGRAM], {
    // A process group of its own: Ctrl-C in a terminal reaches the demo alone, which stops it last.
    detached: true,
    env: {
      ...Object.fromEntries(inherited),
      HOOKTRAIL_HOST: '127.0.0.1',
      HOOKTRAIL_PORT: String(port),
      HOOKTRAIL_DATA_DIR: dataDir,
      HOOKTRAIL_BOOTSTRAP_TOKEN: token,
      HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastLines = keepLastLines(child);
  let stopping: Promise<void> | undefined;
  let running = true;
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(async () => {
    running = false;
    // Its last words may still be on their way.
    await Promise.race([once(child, 'close'), sleep(200)]);
    if (stopping !== undefined) return;
    const how = child.signalCode ?? `exit status ${child.exitCode}`;
    onDeath(new Error(`the server ended by itself (${how}). Its last words:\n\n${lastLines()}`));
  });

  async function untilReady(): Promise<void> {
    while (running) {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
        () => undefined,
      );
      // Another program may have taken the port meanwhile, and answer in the server's place.
      if (answer?.ok && running) return;
      await sleep(50);
    }
    await ended;
  }

  async function stop(): Promise<void> {
    // A server that is told to stop while it sets up its database may leave half of it running.
    await Promise.race([ready, ended, sleep(STOP_MS, undefined, { ref: false })]);
    if (running) child.kill('SIGTERM');
    const patience = new AbortController();
    const late = sleep(STOP_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([ended, late]);
    patience.abort();
    if (child.pid === undefined || child.exitCode === 0) return;
    killGroup(child.pid);
    await ended;
    const silent = { warn: () => undefined } as unknown as Parameters<
      typeof stopOrphanedPostgres
    >[1];
    await stopOrphanedPostgres(join(dataDir, 'postgres'), silent);
  }

  const ready = untilReady();
  return {
    url,
    ready,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

function keepLastLines(child: ChildProcess): () => string {
  let lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    if (input === null) continue;
    createInterface({ input }).on('line', (line) => {
      lines = [...lines, line].slice(-KEPT_LOG_LINES);
    });
  }
  return () => lines.join('\n');
}

/** Whatever the server left running in its group, such as the program that sets up a database. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
