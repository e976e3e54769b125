import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresAccount } from './postgres-account.ts';
import { unreachableFolder } from './unreachable-folder.ts';

/** Creates the data folder if it is missing, and returns its path without symbolic links. */
export async function prepareDataFolder(dataDir: string): Promise<string> {
  try {
    // For root, PostgreSQL runs as another user, which must enter the folder but not list it.
    const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
    const outermostMade = await mkdir(dataDir, { recursive: true, mode });
    if (outermostMade !== undefined) {
      // A strict umask also restricts the parent folders that mkdir creates.
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

/**
 * Lets PostgreSQL's account enter the data folder, or throws with the parent folder that blocks it.
 */
export async function openDataFolder(dataDir: string, account: PostgresAccount): Promise<void> {
  const { uid, mode } = await stat(dataDir);
  // mktemp creates folders that no other user may enter. Entering does not permit listing or
  // reading.
  if (uid === 0) await chmod(dataDir, (mode & 0o7777) | 0o011);
  const stop = await unreachableFolder(dataDir, account);
  if (stop === undefined) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root and runs as the operating-system ${account.label}, which ` +
      `may not enter ${stop}. Set HOOKTRAIL_DATA_DIR to a folder outside it, such as ` +
      '/var/lib/hooktrail, or start Hooktrail as an ordinary user.',
  );
}
