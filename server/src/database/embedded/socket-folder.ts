import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresAccount } from './postgres-account.ts';
import { unreachableFolder } from './unreachable-folder.ts';

/**
 * The path of a socket is limited to 103 bytes on macOS, 107 on Linux; its name with a port takes
 * 19.
 */
const LONGEST_FOLDER = 84;

/**
 * Creates the folder of PostgreSQL's socket, which only PostgreSQL's account may enter. It is in
 * the data folder, or in the folder for temporary files if that path is too long for a socket.
 */
export async function socketFolder(
  dataDir: string,
  account: PostgresAccount | undefined,
): Promise<string> {
  const short = `hooktrail-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
  const places = [dataDir, await realpath(tmpdir()), '/tmp'];
  const folders = places.map((place, index) => join(place, index === 0 ? 'socket' : short));
  for (const [index, folder] of folders.entries()) {
    if (Buffer.byteLength(folder) > LONGEST_FOLDER) continue;
    if (account !== undefined && (await unreachableFolder(places[index] as string, account))) {
      continue;
    }
    await makePrivate(folder, account);
    return folder;
  }
  throw new EmbeddedPostgresError(
    `The path of the data folder is too long for a socket, and so is ${tmpdir()}: ${dataDir}. ` +
      'Set HOOKTRAIL_DATA_DIR to a folder with a shorter path.',
  );
}

async function makePrivate(folder: string, account: PostgresAccount | undefined): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const own = process.getuid?.();
  const found = await lstat(folder);
  // Any user can create a folder with this name in /tmp, and would receive our connections.
  if (!found.isDirectory() || (found.uid !== own && found.uid !== account?.ids.uid)) {
    throw new EmbeddedPostgresError(
      `The folder for PostgreSQL's socket, ${folder}, exists and belongs to another user. Remove it.`,
    );
  }
  if (account !== undefined) await chown(folder, account.ids.uid, account.ids.gid);
  await chmod(folder, 0o700);
}
