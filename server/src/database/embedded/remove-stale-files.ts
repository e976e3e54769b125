import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes files of a killed PostgreSQL that would make a new one refuse to start. Call it only when
 * no PostgreSQL runs in the folder. PostgreSQL checks only the process id, and in a container
 * another process soon has the same id, or the dead one stays a zombie and keeps it.
 *
 * `postmaster.pid` stays if no process has its id: PostgreSQL notices that, and then uses the file
 * to check whether children of the dead server still hold its shared memory.
 */
export async function removeStaleFiles(clusterDir: string, socketDir: string): Promise<void> {
  const pidFile = join(clusterDir, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(pidFile, 'latin1').catch(() => ''), 10);
  if (pid > 0 && isTaken(pid)) await rm(pidFile, { force: true });
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) {
    await rm(join(socketDir, name), { force: true });
  }
}

/** The check that PostgreSQL makes; also true for a zombie. */
function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
