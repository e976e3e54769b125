import { randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded/embedded-postgres-error.ts';
import { prepareDataFolder } from './embedded/prepare-data-folder.ts';

const BYTES = 32;

/**
 * Reads the key that encrypts stored secrets from the file `secret-key` of the data folder; the
 * first start creates it. A copy of the database alone reveals no secrets, so a backup needs this
 * file too.
 */
export async function keptSecretKey(dataDir: string): Promise<Buffer> {
  const file = join(await prepareDataFolder(dataDir), 'secret-key');
  const kept = await read(file);
  if (kept !== undefined) return kept;
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
