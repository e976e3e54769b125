import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { MigrationError } from './migration-error.ts';

/** One step of the schema: a file of plain SQL. */
export interface Migration {
  /** The number that its name begins with: 1 for `0001-initial.sql`. */
  readonly number: number;
  readonly file: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Reads the migrations of a folder in their order, which must have no gap and no number twice. */
export async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const number = index + 1;
      const prefix = `${String(number).padStart(4, '0')}-`;
      if (!file.startsWith(prefix) || !/^\d{4}-[a-z0-9-]+\.sql$/.test(file)) {
        throw new MigrationError(`Migration ${file} should be called ${prefix}name.sql`);
      }
      // A checkout that turns line ends into those of Windows has not edited anything.
      const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n');
      return { number, file, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
