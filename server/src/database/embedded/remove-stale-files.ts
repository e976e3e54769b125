import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes what a PostgreSQL that was killed left behind and would take for a living one, once it
 * is known that none runs in the folder. It looks at the process number alone, and in a container
 * some other process soon has the same, or the dead one is never collected and keeps its number.
 *
 * `postmaster.pid` stays where nothing has its number: PostgreSQL sees that too, and then uses the
 * file to find out whether children of the dead one still hold their shared memory.
 */
export async function removeStaleFiles(clusterDir: string, socketDir: string): Promise<void> {
  const pidFile = join(clusterDir, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(pidFile, 'latin1').catch(() => ''), 10);
  if (pid > 0 && isTaken(pid)) await rm(pidFile, { force: true });
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) {
    await rm(join(socketDir, name), { force: true });
  }
}

/** What PostgreSQL asks; true for a corpse (a zombie) as well. */
function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
