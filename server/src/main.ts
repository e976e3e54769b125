import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { createLog } from './create-log.ts';
import { startNode } from './node.ts';

/** Starts a node from the environment and stops it on SIGTERM or SIGINT; a second signal is not waited for. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);

  const node = await startNode(config, log);
  log.info({ url: node.url }, 'hooktrail is up');
  if (node.madeToken !== undefined) {
    // Not a line of the log: logs are shipped and kept, and this is the one secret nobody has yet.
    process.stderr.write(
      `\nThe first token of account 1, shown this once:\n\n  ${node.madeToken}\n\n`,
    );
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      void node.stop().then(() => {
        log.info('stopped');
        process.exitCode = 0;
      });
      process.once(signal, () => process.exit(1));
    });
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
