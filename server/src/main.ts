import { setFlagsFromString } from 'node:v8';
import { readConfig } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { createLog } from './log/create-log.ts';
import { startNode } from './node.ts';

/**
 * How much the heap may grow before it is collected as a whole, in percent of what the last such collection
 * left. V8 would let it double, which is one collection every 0.7 s at a thousand events a second, and
 * each holds up what is under way for 20 to 40 ms. (docs/decisions/heap-growth.md)
 */
const HEAP_GROWTH_PERCENT = 300;

/** A second signal this soon after the first is npm's copy of the terminal's Ctrl-C, not impatience. */
const COPY_MS = 1_000;

/**
 * Starts a node from the environment and stops it on SIGTERM or SIGINT, also while it starts: a node
 * that is not told to stop leaves its embedded database running. Whoever signals again after a
 * second does not want to wait.
 */
async function main(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const starting = startNode(config, log);

  let signalledMs: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (signalledMs !== undefined) {
        if (Date.now() - signalledMs > COPY_MS) process.exit(1);
        return;
      }
      signalledMs = Date.now();
      log.info({ signal }, 'stopping');
      starting
        .then((node) => node.stop())
        .then(
          () => log.info('stopped'),
          () => undefined, // a start that failed has stopped what it began, and says why below
        );
    });
  }

  const node = await starting;
  log.info({ url: node.url }, 'hooktrail is up');
  if (node.madeToken !== undefined) {
    // Not a line of the log: logs are shipped and kept, and this is the one secret nobody has yet.
    process.stderr.write(
      `\nThe first token of account 1, shown this once:\n\n  ${node.madeToken}\n\n`,
    );
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`hooktrail: ${explain(error)}\n`);
  process.exitCode = 1;
});

/** A line for people where the cause is known, the stack where it is not. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    const { address, port } = error as Error & { address: string; port: number };
    return `port ${port} of ${address} is taken by another program; choose another with HOOKTRAIL_PORT`;
  }
  if (/Error$/.test(error.name) && error.name !== 'Error') return error.message;
  return error.stack ?? error.message;
}
