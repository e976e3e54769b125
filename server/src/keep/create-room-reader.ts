import { statfs } from 'node:fs/promises';
import type { Runner } from '../database/database.ts';
import { readDataFolder } from '../sql/read-data-folder.ts';

interface Parts {
  readonly database: Runner;
  readonly databaseUrl: string;
  /** The files of a cluster are on other machines. */
  readonly citus: boolean;
}

/** What the operating system says of a folder that is not there, or not for us. */
const UNKNOWN = new Set(['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR']);

/**
 * Makes what reads the free bytes of the disk on which the database has its files. Undefined: nobody here can know.
 * Only a PostgreSQL that is reached over a socket in the file system, as the embedded one is, is surely on this
 * machine.
 */
export function createRoomReader({ citus, database, databaseUrl }: Parts) {
  return async (): Promise<number | undefined> => {
    if (citus || !isSocket(databaseUrl)) return undefined;
    const [row] = await database.run(readDataFolder, undefined);
    if (row?.folder == null) return undefined;
    try {
      const { bavail, bsize } = await statfs(row.folder);
      return bavail * bsize;
    } catch (error) {
      if (UNKNOWN.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  };
}

function isSocket(databaseUrl: string): boolean {
  // "user@/database?host=/socket/folder" is valid for PostgreSQL but not for the URL standard.
  const { hostname, searchParams } = new URL(databaseUrl.replace('@/', '@socket/'));
  return (searchParams.get('host') ?? decodeURIComponent(hostname)).startsWith('/');
}
