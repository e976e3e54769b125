import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UndoStack } from '@hooktrail/harness/undo-stack';
import { perform } from './perform.ts';
import { createScreen } from './screen.ts';

/** How to run the demo. */
export interface DemoOptions {
  /** Where the server listens. */
  readonly port: number;
  /** Whether to end when everything was shown, instead of staying up. */
  readonly exit: boolean;
}

interface Ending {
  readonly status: number;
  /** For people; absent when they know. */
  readonly message?: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const DEATH_MS = 500;
const FOREVER_MS = 2 ** 31 - 1;

/**
 * Runs the demo and resolves to its exit status: 0 when everything was as expected, 1 when not, and
 * 128 and its number when a signal came before the end. Before it resolves, what was started is
 * stopped and what was made is removed, however it ends.
 */
export async function runDemo({ port, exit }: DemoOptions): Promise<number> {
  const screen = createScreen(process.stdout);
  const early = new AbortController();
  let ending: Ending | undefined;
  const end = (how: Ending) => {
    if (ending !== undefined) return;
    ending = how;
    early.abort();
  };

  let shown: Ending | undefined;
  // Kept until the end: npm passes on a Ctrl-C that the terminal has sent to us already.
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      screen.progress('Stopping');
      end(shown ?? { status: 128 + constants.signals[signal] });
    });
  }
  // Nobody reads any more, as after `| head`.
  process.stdout.on('error', () => end({ status: 1 }));

  const undo = new UndoStack();
  try {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'hooktrail-demo-')));
    undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const problems = await perform({
      folder,
      port,
      screen,
      signal: early.signal,
      onDeath: (error) => end({ status: 1, message: error.message }),
      undo,
    });
    screen.line();
    if (problems.length === 0) {
      screen.line(screen.style('green', 'Everything was as expected.'));
      shown = { status: 0 };
    } else {
      screen.line(screen.style('red', 'This was not as expected:'));
      for (const problem of problems) screen.line(`- ${problem}`);
      shown = { status: 1 };
    }
    if (!exit) {
      screen.line('It stays up until Ctrl-C.');
      await sleep(FOREVER_MS, undefined, { signal: early.signal });
    }
    ending ??= shown;
  } catch (error) {
    // Why a request failed is known a moment later when it is that the server has died.
    if (ending === undefined) await sleep(DEATH_MS);
    ending ??= { status: 1, message: explain(error) };
  }

  if (ending.message !== undefined) {
    screen.line();
    console.error(`demo: ${ending.message}`);
  }
  screen.progress('Stopping');
  const errors = await undo.run();
  if (errors.length === 0) {
    screen.line('Stopped; nothing is left behind.');
    return ending.status;
  }
  screen.line('Stopped, but some parts are left behind:');
  for (const error of errors) console.error(`\n${explain(error)}`);
  return 1;
}

function explain(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
