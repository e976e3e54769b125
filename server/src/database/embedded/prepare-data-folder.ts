import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresAccount } from './postgres-account.ts';
import { unreachableFolder } from './unreachable-folder.ts';

/** Makes the data folder when it is missing and returns its path without symbolic links. */
export async function prepareDataFolder(dataDir: string): Promise<string> {
  try {
    // As root PostgreSQL is another user, which has to pass through but has nothing to list.
    const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
    const outermostMade = await mkdir(dataDir, { recursive: true, mode });
    if (outermostMade !== undefined) {
      // A tight umask also narrows the folders that mkdir makes on the way.
      for (let path = dataDir; path.length >= outermostMade.length; path = dirname(path)) {
        await chmod(path, mode);
      }
    }
    const path = await realpath(dataDir);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} cannot be used (${(error as Error).message}). ` +
        'Set HOOKTRAIL_DATA_DIR to a folder that this user may write to.',
    );
  }
}

/** Lets the account of PostgreSQL through the data folder, or says which folder above stops it. */
export async function openDataFolder(dataDir: string, account: PostgresAccount): Promise<void> {
  const { uid, mode } = await stat(dataDir);
  // Folders made by mktemp are closed to everyone else; entering does not let anyone list or read.
  if (uid === 0) await chmod(dataDir, (mode & 0o7777) | 0o011);
  const stop = await unreachableFolder(dataDir, account);
  if (stop === undefined) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root and runs as the operating-system ${account.label}, which ` +
      `may not enter ${stop}. Set HOOKTRAIL_DATA_DIR to a folder outside of it, such as ` +
      '/var/lib/hooktrail, or start Hooktrail as an ordinary user.',
  );
}
