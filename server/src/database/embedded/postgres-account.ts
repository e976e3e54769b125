import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const run = promisify(execFile);
const NAME = 'postgres';

/** The operating-system account that PostgreSQL runs as, if not ours. */
export interface PostgresAccount {
  /** In the form that `child_process` takes. */
  readonly ids: { readonly uid: number; readonly gid: number };
  /** Its name in messages. */
  readonly label: string;
}

/**
 * Chooses the account for PostgreSQL, which refuses to run as root. `undefined` means ours; for
 * root it is the owner of the existing database, or else `postgres`, which it creates if missing.
 */
export async function postgresAccount(clusterDir: string): Promise<PostgresAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(clusterDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    return { ids: { uid: owner.uid, gid: owner.gid }, label: `user ${owner.uid}` };
  }
  const found = await find();
  if (found !== undefined) return found;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/', NAME]);
  } catch (error) {
    throw new EmbeddedPostgresError(
      'PostgreSQL refuses to run as root, there is no operating-system user "postgres", and it ' +
        `could not be created (${(error as Error).message.trim()}). Create that user, start Hooktrail ` +
        'as an ordinary user, or set HOOKTRAIL_DATABASE_URL to use another PostgreSQL.',
    );
  }
  const created = await find();
  if (created === undefined) throw new EmbeddedPostgresError('useradd created no user "postgres".');
  return created;
}

async function find(): Promise<PostgresAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
    return { ids: { uid: Number(uid.stdout), gid: Number(gid.stdout) }, label: `user "${NAME}"` };
  } catch {
    return undefined;
  }
}
