import { spawn } from 'node:child_process';
import { chown, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresAccount } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { worstLine } from './worst-line.ts';

/** The superuser of the embedded PostgreSQL, which Hooktrail connects as. */
export const SUPERUSER = 'hooktrail';

/** Creates the database cluster if there is none, and checks the version of an existing one. */
export async function prepareCluster(
  clusterDir: string,
  binaries: PostgresBinaries,
  account: PostgresAccount | undefined,
): Promise<void> {
  const made = await majorVersionOf(clusterDir);
  if (made === undefined) return makeCluster(clusterDir, binaries, account);
  if (made !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} was created by PostgreSQL ${made}, and this Hooktrail contains ` +
        `PostgreSQL ${binaries.majorVersion}, which cannot read it. Use the Hooktrail that created it, ` +
        `or migrate the data with the tools of PostgreSQL ${made}, or set HOOKTRAIL_DATA_DIR to ` +
        'another folder to start with an empty database.',
    );
  }
}

async function majorVersionOf(clusterDir: string): Promise<string | undefined> {
  try {
    return (await readFile(`${clusterDir}/PG_VERSION`, 'latin1')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} cannot be read (${(error as Error).message}): it belongs to ` +
        'another user. Start Hooktrail as that user, or set HOOKTRAIL_DATA_DIR to another folder.',
    );
  }
}

/** Uses a temporary name first, so a killed start leaves nothing that looks complete. */
async function makeCluster(
  clusterDir: string,
  binaries: PostgresBinaries,
  account: PostgresAccount | undefined,
): Promise<void> {
  const draft = `${clusterDir}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  if (account !== undefined) await chown(draft, account.ids.uid, account.ids.gid);
  const flags = [
    ...['--pgdata', draft, '--username', SUPERUSER, '--no-instructions'],
    // The folder of the socket, which no other user may enter, is the only protection.
    ...['--auth-local=trust', '--auth-host=reject'],
    // The same sort order and case rules on every machine, whatever its locales.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  ];
  const failure = await runInitdb(binaries.initdb, flags, account);
  if (failure !== undefined) {
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} could not be created: ${failure}. Mend that, and start again.`,
    );
  }
  await rename(draft, clusterDir);
  // Without this, a power failure can undo the rename, and the next start creates an empty
  // database.
  const parent = await open(dirname(clusterDir));
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}

/** Resolves to the reason if it fails. */
async function runInitdb(
  program: string,
  flags: readonly string[],
  account: PostgresAccount | undefined,
): Promise<string | undefined> {
  const child = spawn(program, flags, {
    ...account?.ids,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    cwd: '/',
    // In its own process group, so that Ctrl-C in a terminal reaches only us: the start continues,
    // and is then stopped in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      resolve(
        code === 0 ? undefined : worstLine(output) || String(signal ?? `exit status ${code}`),
      );
    });
  });
}
