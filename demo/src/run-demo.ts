import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UndoStack } from '@hooktrail/harness/undo-stack';
import { perform } from './perform.ts';
import { createScreen } from './screen.ts';

/** How to run the demo. */
export interface DemoOptions {
  /** The port of the server. */
  readonly port: number;
  /** Whether to end after showing everything, instead of staying up. */
  readonly exit: boolean;
}

interface Ending {
  readonly status: number;
  /** What to tell the user; absent when the user knows. */
  readonly message?: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const DEATH_MS = 500;
const FOREVER_MS = 2 ** 31 - 1;

/**
 * Runs the demo and resolves to its exit status: 0 when everything was as expected, 1 when not, and
 * 128 plus its number when a signal arrived before the end. However it ends, it stops what it
 * started and removes what it made.
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
  // Kept until the end: npm sends a second signal for the Ctrl-C that the terminal has sent us.
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      screen.progress('Stopping');
      end(shown ?? { status: 128 + constants.signals[signal] });
    });
  }
  // The reader of the output is gone, as after `| head`.
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
      screen.line('The server stays up until you press Ctrl-C.');
      await sleep(FOREVER_MS, undefined, { signal: early.signal });
    }
    ending ??= shown;
  } catch (error) {
    // If a request failed because the server died, its death is reported a moment later.
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
