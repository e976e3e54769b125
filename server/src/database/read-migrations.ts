import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { MigrationError } from './migration-error.ts';

/** One migration: a file of plain SQL. */
export interface Migration {
  /** The number at the start of its name: 1 for `0001-initial.sql`. */
  readonly number: number;
  readonly file: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Reads the migrations of a folder in order; their numbers must have no gaps and no duplicates. */
export async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const number = index + 1;
      const prefix = `${String(number).padStart(4, '0')}-`;
      if (!file.startsWith(prefix) || !/^\d{4}-[a-z0-9-]+\.sql$/.test(file)) {
        throw new MigrationError(`Migration ${file} must be named ${prefix}name.sql`);
      }
      // Git may check out Windows line endings, which is no edit.
      const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n');
      return { number, file, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
