import { readDatabaseUrl } from '../../config/config.ts';
import { createLog } from '../../log/create-log.ts';
import { CannotStart } from '../../model/cannot-start.ts';
import { checkDatabase } from '../check-database.ts';
import { explainDatabaseError } from '../explain-database-error.ts';
import { CitusError, prepareCitus } from './prepare-citus.ts';

/** `npm run citus:prepare` (docs/scaling.md). */
async function main(): Promise<void> {
  const url = readDatabaseUrl(process.env);
  const done = await prepare(url);
  const said =
    done.length === 0
      ? 'nothing to do: all tables are distributed'
      : `distributed ${done.join(', ')}`;
  process.stdout.write(`${said}\n`);
}

async function prepare(url: string): Promise<readonly string[]> {
  try {
    await checkDatabase(url);
    return await prepareCitus(url, createLog('warn'));
  } catch (error) {
    const line = explainDatabaseError(error, url);
    throw line === undefined ? error : new CannotStart(line, { cause: error });
  }
}

main().catch((error: unknown) => {
  const known = error instanceof CannotStart || error instanceof CitusError;
  const { message, stack } = error as Error;
  process.stderr.write(`citus:prepare: ${known ? message : (stack ?? message)}\n`);
  process.exitCode = 1;
});
