import { randomBytes } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded/embedded-postgres-error.ts';
import { prepareDataFolder } from './embedded/prepare-data-folder.ts';

const BYTES = 32;

/**
 * Reads the key that encrypts stored secrets from the file `secret-key` of the data folder. The
 * first start creates it, and before the database: a folder that has a database and no key has lost
 * its key, and a new one would not open the secrets. A copy of the database alone reveals no
 * secrets, so a backup needs this file too.
 *
 * @throws EmbeddedPostgresError
 */
export async function keptSecretKey(dataDir: string): Promise<Buffer> {
  const folder = await prepareDataFolder(dataDir);
  const file = join(folder, 'secret-key');
  // In this order: another node that starts now makes its key before its database.
  const database = await stat(join(folder, 'postgres')).catch(() => undefined);
  const kept = await read(file);
  if (kept !== undefined) return kept;
  if (database !== undefined) {
    throw new EmbeddedPostgresError(
      `The data folder ${folder} has a database and no file "secret-key", whose key opens the ` +
        'secrets in that database. Restore the file from a backup, or, if you set ' +
        'HOOKTRAIL_SECRET_KEY for this database before, set it to the same key.',
    );
  }
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(BYTES).toString('base64')}\n`);
    await handle.sync();
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error; // another process was first: use its key
    });
  } finally {
    await handle.close();
    await unlink(draft);
  }
  return (await read(file)) as Buffer;
}

async function read(file: string): Promise<Buffer | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === BYTES && key.toString('base64') === text.trim()) return key;
  // A new key would start without an error but make every stored secret unreadable.
  throw new EmbeddedPostgresError(
    `The file ${file} does not contain a key (32 bytes in base64). Restore it from a backup.`,
  );
}
