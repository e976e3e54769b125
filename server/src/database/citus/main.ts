import { readDatabaseUrl } from '../../config/config.ts';
import { ConfigError } from '../../config/config-error.ts';
import { createLog } from '../../log/create-log.ts';
import { MigrationError } from '../migration-error.ts';
import { CitusError, prepareCitus } from './prepare-citus.ts';

/** `npm run citus:prepare` (docs/scaling.md). */
async function main(): Promise<void> {
  const done = await prepareCitus(readDatabaseUrl(process.env), createLog('warn'));
  const said =
    done.length === 0
      ? 'nothing to do: all tables are distributed'
      : `distributed ${done.join(', ')}`;
  process.stdout.write(`${said}\n`);
}

main().catch((error: unknown) => {
  const known = [CitusError, ConfigError, MigrationError].some((kind) => error instanceof kind);
  const { message, stack } = error as Error;
  process.stderr.write(`citus:prepare: ${known ? message : (stack ?? message)}\n`);
  process.exitCode = 1;
});
