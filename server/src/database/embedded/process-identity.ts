import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What tells a running process from a later one with the same number: the boot and the moment it
 * started. `undefined` when there is no such process, or only its corpse (a zombie runs nothing).
 * In a container the same small numbers come back at every start, so a number alone says nothing.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    if (process.platform !== 'linux') {
      const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
      return stdout.trim() || undefined;
    }
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets, and may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X') return undefined;
    const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
    return `${bootId}/${startTicks}`;
  } catch {
    return undefined;
  }
}
