import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresAccount } from './postgres-account.ts';
import type { PostgresLog } from './postgres-log.ts';
import { worstLine } from './worst-line.ts';

/** The program to run, and its account. */
export interface PostgresCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly account: PostgresAccount | undefined;
  /** Removes leftovers of an earlier run; called before every start. */
  readonly prepare: () => Promise<void>;
  /** Resolves when the database responds; rejects with the signal's reason when aborted. */
  readonly untilReady: (signal: AbortSignal) => Promise<void>;
  readonly output: PostgresLog;
  readonly log: Logger;
}

/** A running PostgreSQL, restarted whenever it ends unexpectedly. */
export interface SupervisedPostgres {
  /** Stops it for good: a fast shutdown, then stronger signals if that takes too long. */
  stop(): Promise<void>;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const HEALTHY_AFTER_MS = 60_000;
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;
/** From the gentlest signal to the strongest, each with how long PostgreSQL may take to end. */
const SIGNALS = [
  ['SIGINT', FAST_SHUTDOWN_MS],
  ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
  ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
] as const;
/** How long the children of a killed PostgreSQL may take to exit. */
const SHARED_MEMORY_MS = 10_000;

/**
 * Starts PostgreSQL and keeps it running: `starting` -> `running` <-> `down` -> `stopped`.
 *
 * - `starting`: the promise is pending. If PostgreSQL ends in this state, the start has failed,
 *   unless children of a killed predecessor still hold its memory: then the start is retried for up
 *   to 10 s. If it runs but cannot be used, the start has failed, too, and PostgreSQL is stopped.
 * - `running` and `down`: when PostgreSQL ends, that is logged, and it restarts with the same
 *   socket after 100 ms. If it ran for less than a minute, the wait doubles instead, up to 5 s.
 *   Clients reconnect.
 * - `stopped`: after `stop()`, or when this process ends without calling it.
 */
export async function supervisePostgres(command: PostgresCommand): Promise<SupervisedPostgres> {
  const { log, output } = command;
  const stopping = new AbortController();
  let running: Running | undefined;

  // The last resort if this process ends without calling `stop`, as after an uncaught exception.
  // Nothing can be in flight then, so it is never too early.
  const atExit = () => running?.child.kill('SIGINT');
  process.once('exit', atExit);

  try {
    running = await firstStart();
  } catch (error) {
    // It may be running, and this process would not end before it. It has no clients, so it need not wait for them.
    if (running !== undefined) await end(running, SIGNALS.slice(1));
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
      throw new EmbeddedPostgresError(
        `PostgreSQL did not start (${ended}): ${worstLine(lines)}. See ${output.file}`,
      );
    }
  }

  async function keepRunning(first: Running): Promise<void> {
    let current = first;
    for (let waitMs = FIRST_WAIT_MS; ; ) {
      const ended = await current.ended;
      if (stopping.signal.aborted) return;
      const ranMs = Date.now() - current.sinceMs;
      waitMs = ranMs >= HEALTHY_AFTER_MS ? FIRST_WAIT_MS : Math.min(2 * waitMs, LONGEST_WAIT_MS);
      log.error({ ended, ranMs, waitMs }, 'PostgreSQL ended unexpectedly; restarting it');
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      await command
        .prepare()
        .catch((error) => log.error(error, 'could not prepare the restart of PostgreSQL'));
      if (stopping.signal.aborted) return;
      current = launch(command);
      running = current;
      void command.untilReady(stopping.signal).then(
        () => log.info('restarted PostgreSQL'),
        () => undefined,
      );
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await end(running as Running, SIGNALS);
    process.removeListener('exit', atExit);
    await kept;
  }

  /** Sends one signal after another until PostgreSQL has ended. */
  async function end({ child, ended }: Running, signals: Signals): Promise<void> {
    for (const [signal, waitMs] of signals) {
      child.kill(signal);
      const patience = new AbortController();
      const late = sleep(waitMs, 'late', { signal: patience.signal }).catch(() => 'late');
      const how = await Promise.race([ended, late]);
      patience.abort();
      if (how !== 'late') return;
      log.warn({ signal, waitMs }, 'PostgreSQL has not stopped; sending the next signal');
    }
  }
}

type Signals = readonly (typeof SIGNALS)[number][];

interface Running {
  readonly child: ChildProcess;
  readonly sinceMs: number;
  /** Resolves with the signal, exit status or error. */
  readonly ended: Promise<string>;
}

function launch({ program, args, account, output }: PostgresCommand): Running {
  const child = spawn(program, args, {
    ...account?.ids,
    // In its own process group, so Ctrl-C in a terminal reaches only us, and we stop it last.
    detached: true,
    cwd: '/',
    // Not our environment: PGDATA, PGPORT and others would override these arguments.
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    stdio: ['ignore', output.fileDescriptor, output.fileDescriptor],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  return { child, sinceMs: Date.now(), ended };
}
