import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresAccount } from './postgres-account.ts';
import type { PostgresLog } from './postgres-log.ts';

/** What to run, and as whom. */
export interface PostgresCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly account: PostgresAccount | undefined;
  /** Clears away what an earlier run left; called before every start. */
  readonly prepare: () => Promise<void>;
  /** Resolves when the database answers; rejects with the signal's reason when that is aborted. */
  readonly untilReady: (signal: AbortSignal) => Promise<void>;
  readonly output: PostgresLog;
  readonly log: Logger;
}

/** A running PostgreSQL that is started again whenever it ends by itself. */
export interface SupervisedPostgres {
  /** Ends it for good: fast shutdown, and harder when that takes too long. */
  stop(): Promise<void>;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const HEALTHY_AFTER_MS = 60_000;
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;
/** How long the children of a PostgreSQL that was killed may take to notice. */
const SHARED_MEMORY_MS = 10_000;

/**
 * Starts PostgreSQL and keeps it running: `starting` -> `running` <-> `down` -> `stopped`.
 *
 * - `starting`: the promise is pending. When it ends in this state, the start has failed, unless
 *   children of a killed predecessor still hold its memory: then it is tried again for a while.
 * - `running` and `down`: when it ends, that is logged and it is started again with the same
 *   socket, after 100 ms at first and up to 5 s when it keeps ending. Clients reconnect.
 * - `stopped`: after `stop()`, or after this process ends without calling it.
 */
export async function supervisePostgres(command: PostgresCommand): Promise<SupervisedPostgres> {
  const { log, output } = command;
  const stopping = new AbortController();
  let running: Running | undefined;

  // The last resort when this process ends without stopping us, as after an uncaught exception.
  // Nothing can be in flight at that point, so it is never too early.
  const atExit = () => running?.child.kill('SIGINT');
  process.once('exit', atExit);

  try {
    running = await firstStart();
  } catch (error) {
    process.removeListener('exit', atExit);
    throw error;
  }
  const kept = keepRunning(running);
  let stopped: Promise<void> | undefined;
  return {
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };

  async function firstStart(): Promise<Running> {
    for (const endMs = Date.now() + SHARED_MEMORY_MS; ; await sleep(200)) {
      await command.prepare();
      const logStart = await output.size();
      running = launch(command);
      const waiting = new AbortController();
      const ended = await Promise.race([
        running.ended,
        command.untilReady(waiting.signal).then(() => undefined),
      ]).finally(() => waiting.abort());
      if (ended === undefined) return running;
      const lines = await output.tail(logStart);
      if (lines.includes('pre-existing shared memory block') && Date.now() < endMs) continue;
      throw new EmbeddedPostgresError(`PostgreSQL did not start (${ended}):\n${lines}`);
    }
  }

  async function keepRunning(first: Running): Promise<void> {
    let current = first;
    for (let waitMs = FIRST_WAIT_MS; ; ) {
      const ended = await current.ended;
      if (stopping.signal.aborted) return;
      const ranMs = Date.now() - current.sinceMs;
      waitMs = ranMs >= HEALTHY_AFTER_MS ? FIRST_WAIT_MS : Math.min(2 * waitMs, LONGEST_WAIT_MS);
      log.error({ ended, ranMs, waitMs }, 'PostgreSQL ended by itself; starting it again');
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      await command.prepare().catch((error) => log.error(error, 'PostgreSQL may not start'));
      if (stopping.signal.aborted) return;
      current = launch(command);
      running = current;
      void command.untilReady(stopping.signal).then(
        () => log.info('PostgreSQL is back'),
        () => undefined,
      );
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    const current = running as Running;
    for (const [signal, waitMs] of [
      ['SIGINT', FAST_SHUTDOWN_MS],
      ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
      ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
    ] as const) {
      current.child.kill(signal);
      const patience = new AbortController();
      const late = sleep(waitMs, 'late', { signal: patience.signal }).catch(() => 'late');
      const ended = await Promise.race([current.ended, late]);
      patience.abort();
      if (ended !== 'late') break;
      log.warn({ signal, waitMs }, 'PostgreSQL takes long to stop');
    }
    process.removeListener('exit', atExit);
    await kept;
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly sinceMs: number;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
}

function launch({ program, args, account, output }: PostgresCommand): Running {
  const child = spawn(program, args, {
    ...account?.ids,
    // A process group of its own: Ctrl-C in a terminal reaches us alone, and we stop it last.
    detached: true,
    cwd: '/',
    // Not our environment: PGDATA, PGPORT and others would override what is asked for here.
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    stdio: ['ignore', output.fileDescriptor, output.fileDescriptor],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  return { child, sinceMs: Date.now(), ended };
}
