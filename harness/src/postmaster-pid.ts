import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Reads the process id of the PostgreSQL that runs in a data folder, its first process. */
export async function postmasterPid(clusterDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(clusterDir, 'postmaster.pid'), 'latin1'), 10);
}
