import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Identifies a running process by its boot and start time, which distinguish it from a later
 * process with the same id. `undefined` if there is no such process, or only a zombie. A container
 * reuses the same small ids at every start, so the id alone is not enough.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    if (process.platform !== 'linux') {
      const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
      return stdout.trim() || undefined;
    }
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets, which may contain spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X') return undefined;
    const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
    return `${bootId}/${startTicks}`;
  } catch {
    return undefined;
  }
}
