import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';

/**
 * The data folder that a node with this environment would use.
 *
 * @throws CommandFailure where the database is not in it
 */
export async function dataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  given: string | undefined,
): Promise<string> {
  if (given !== undefined) return given;
  const { readConfig } = await import('@hooktrail/server/read-config');
  const { dataDir, databaseUrl } = readConfig(environment);
  if (databaseUrl === undefined) return dataDir;
  throw new CommandFailure('HOOKTRAIL_DATABASE_URL names a PostgreSQL of yours', {
    exitCode: EXIT.usage,
    code: 'Usage',
    next: 'Use pg_dump and pg_restore: docs/operations.md has the commands. Or give --data-dir.',
  });
}
