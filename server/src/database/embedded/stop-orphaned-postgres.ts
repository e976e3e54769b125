import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const run = promisify(execFile);

const STEPS = [
  { signal: 'SIGINT', waitMs: 10_000 }, // fast shutdown, with a checkpoint
  { signal: 'SIGQUIT', waitMs: 5_000 }, // immediate shutdown: recovers at the next start
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

/**
 * Stops a PostgreSQL that still runs in the folder after its node was killed. Only the holder of
 * the folder's lock may call this.
 */
export async function stopOrphanedPostgres(clusterDir: string, log: Logger): Promise<void> {
  for (const { signal, waitMs } of STEPS) {
    const orphans = await postgresProcessesIn(clusterDir);
    if (orphans.length === 0) return;
    log.warn(
      { pids: orphans, signal, clusterDir },
      'stopping an orphaned PostgreSQL, whose node was killed',
    );
    for (const pid of orphans) kill(pid, signal);
    for (const endMs = Date.now() + waitMs; Date.now() < endMs; await sleep(20)) {
      if ((await postgresProcessesIn(clusterDir)).length === 0) return;
    }
  }
  const left = await postgresProcessesIn(clusterDir);
  if (left.length === 0) return;
  throw new EmbeddedPostgresError(
    `A PostgreSQL of an earlier start still runs in ${clusterDir} and cannot be stopped: ` +
      `process ${left.join(', ')}. Stop it, then start Hooktrail.`,
  );
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The ids of the PostgreSQL processes of a database folder: the postmaster and its children. */
export async function postgresProcessesIn(clusterDir: string): Promise<number[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,command=']);
    const lines = stdout.split('\n').filter((line) => line.includes(` -D ${clusterDir} `));
    return lines.map((line) => Number.parseInt(line, 10));
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const inFolder = await Promise.all(pids.map((pid) => isPostgresIn(`/proc/${pid}`, clusterDir)));
  return pids.filter((_, index) => inFolder[index]).map(Number);
}

async function isPostgresIn(proc: string, clusterDir: string): Promise<boolean> {
  try {
    // The command line is always readable, but children overwrite it with a title.
    const words = (await readFile(`${proc}/cmdline`, 'utf8')).split('\0');
    if (basename(words[0] ?? '') === 'postgres') {
      if (words[1] === '-D' && words[2] === clusterDir) return true;
    }
    // These links reveal the children too, if the container lets root read them.
    const program = basename(await readlink(`${proc}/exe`));
    return /^postgres\b/.test(program) && (await readlink(`${proc}/cwd`)) === clusterDir;
  } catch {
    return false;
  }
}
