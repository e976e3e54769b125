import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresAccount } from './postgres-account.ts';

/**
 * Creates a folder that only PostgreSQL's account may enter, or takes it over if it exists and is
 * ours or that account's. Any user can create a folder with this name in `/tmp`, and would receive
 * our connections or have us run its programs.
 */
export async function makePrivateFolder(
  folder: string,
  account: PostgresAccount | undefined,
): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const own = process.getuid?.();
  const found = await lstat(folder);
  if (!found.isDirectory() || (found.uid !== own && found.uid !== account?.ids.uid)) {
    throw new EmbeddedPostgresError(
      `The folder for the embedded PostgreSQL, ${folder}, exists and belongs to another user. Remove it.`,
    );
  }
  if (account !== undefined) await chown(folder, account.ids.uid, account.ids.gid);
  await chmod(folder, 0o700);
}
