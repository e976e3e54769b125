import { parseArgs } from 'node:util';
import { readDatabaseUrl } from '../../config/config.ts';
import { createLog } from '../../log/create-log.ts';
import { CannotStart } from '../../model/cannot-start.ts';
import { checkDatabase } from '../check-database.ts';
import { explainDatabaseError } from '../explain-database-error.ts';
import { MOST_SHARDS } from './citus-tables.ts';
import { CitusError, prepareCitus } from './prepare-citus.ts';

/** `npm run citus:prepare [-- --shards NUMBER]` (docs/scaling.md). */
async function main(): Promise<void> {
  const shards = readShards(process.argv.slice(2));
  const url = readDatabaseUrl(process.env);
  const done = await prepare(url, shards);
  const said =
    done.length === 0
      ? 'nothing to do: all tables are distributed'
      : `distributed ${done.join(', ')}`;
  process.stdout.write(`${said}\n`);
}

function readShards(args: string[]): number | undefined {
  const { values } = parseArgs({ args, options: { shards: { type: 'string' } } });
  if (values.shards === undefined) return undefined;
  const shards = Number(values.shards || Number.NaN);
  if (Number.isInteger(shards) && shards >= 1 && shards <= MOST_SHARDS) return shards;
  throw new CannotStart(`--shards must be a whole number from 1 to ${MOST_SHARDS}`);
}

async function prepare(url: string, shards: number | undefined): Promise<readonly string[]> {
  try {
    await checkDatabase(url);
    return await prepareCitus(url, createLog('warn'), shards);
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
