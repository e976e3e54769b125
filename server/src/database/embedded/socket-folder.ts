import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { makePrivateFolder } from './make-private-folder.ts';
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
    await makePrivateFolder(folder, account);
    return folder;
  }
  throw new EmbeddedPostgresError(
    `The path of the data folder is too long for a socket, and so is ${tmpdir()}: ${dataDir}. ` +
      'Set HOOKTRAIL_DATA_DIR to a folder with a shorter path.',
  );
}
