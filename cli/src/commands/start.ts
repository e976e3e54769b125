import { wholeNumber } from '../input/whole-number.ts';
import type { AddCommand } from '../session/act.ts';

interface Options {
  readonly port?: number;
  readonly host?: string;
  readonly dataDir?: string;
  readonly database?: string;
  readonly allow?: string;
}

/** Starts a node in this process. */
export const start: AddCommand = (parent, act) => {
  parent
    .command('start')
    .description(
      'Starts a node. Without a database of yours it brings its own PostgreSQL. Settings come from the environment (docs/settings.md); the options are the most frequent ones, and win. SIGTERM and Ctrl-C stop it cleanly.',
    )
    .option('--port <number>', 'HOOKTRAIL_PORT; 0 takes any free one', wholeNumber(0, 65_535))
    .option('--host <address>', 'HOOKTRAIL_HOST: where it listens')
    .option('--data-dir <path>', 'HOOKTRAIL_DATA_DIR: where its own database is')
    .option('--database <url>', 'HOOKTRAIL_DATABASE_URL: a PostgreSQL of yours')
    .option('--allow <networks>', 'HOOKTRAIL_ALLOWED_NETWORKS: private networks it may deliver to')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail start
  $ hooktrail start --port 4500 --allow 127.0.0.0/8`,
    )
    .action(
      act(async (context, options: Options) => {
        const settings = {
          HOOKTRAIL_PORT: options.port?.toString(),
          HOOKTRAIL_HOST: options.host,
          HOOKTRAIL_DATA_DIR: options.dataDir,
          HOOKTRAIL_DATABASE_URL: options.database,
          HOOKTRAIL_ALLOWED_NETWORKS: options.allow,
        };
        for (const [name, value] of Object.entries(settings)) {
          if (value !== undefined) process.env[name] = value;
        }
        context.releaseSignals();
        await import('@hooktrail/server/main');
      }),
    );
};
