import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { processIdentity } from './process-identity.ts';

interface Lock {
  readonly file: string;
  readonly number: number;
  readonly pid: number;
  readonly alive: boolean;
}

const NAME = /^node\.lock\.(\d+)$/;
const TRIES = 8;
const LONGEST_WAIT_MS = 60;

/**
 * Makes this process the only one that uses a data folder, and returns what gives it up again.
 *
 * A lock is a file that names a process and the moment it started, so one that a killed process
 * left behind is known to be dead. Taking over a dead lock is where lock files usually go wrong:
 * "it is dead, remove it, make mine" lets a slow second starter remove the new lock of the first.
 * Here nobody ever removes a lock that is not dead:
 *
 * 1. Each starter makes a file of its own, `node.lock.N`, N one higher than any it saw. The file
 *    appears with its content in one step (`link`), and not at all when another took that N.
 * 2. Only then it looks for other living locks. If it sees one, it withdraws its own and tries
 *    again a moment later; if it sees none, it has the folder.
 *
 * Of two that made a file, the later to look sees the other's, so never do both have the folder.
 * Two that see each other both withdraw: the random wait decides.
 *
 * @throws EmbeddedPostgresError naming the folder and the process that has it.
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  const content = `${process.pid} ${await processIdentity(process.pid)}\n`;
  for (let attempt = 1; ; attempt++) {
    const before = await locksIn(dataDir);
    let other = before.find((lock) => lock.alive);
    if (other === undefined) {
      const number = Math.max(0, ...before.map((lock) => lock.number)) + 1;
      const file = join(dataDir, `node.lock.${number}`);
      if (await makeWhole(file, content)) {
        const after = (await locksIn(dataDir)).filter((lock) => lock.file !== file);
        other = after.find((lock) => lock.alive);
        if (other === undefined) {
          for (const dead of after) await remove(dead.file);
          return () => remove(file);
        }
        await remove(file);
      }
    }
    if (other !== undefined && attempt >= TRIES) {
      throw new EmbeddedPostgresError(
        `The data folder ${dataDir} is in use by process ${other.pid}. ` +
          'Stop that one first, or set HOOKTRAIL_DATA_DIR to another folder.',
      );
    }
    await sleep(Math.random() * LONGEST_WAIT_MS);
  }
}

async function locksIn(dataDir: string): Promise<Lock[]> {
  const locks: Lock[] = [];
  for (const name of await readdir(dataDir)) {
    const number = NAME.exec(name)?.[1];
    if (number === undefined) continue;
    const file = join(dataDir, name);
    const content = await readFile(file, 'utf8').catch(() => undefined);
    if (content === undefined) continue; // withdrawn since
    const [pid = '', ...identity] = content.trim().split(' ');
    const alive = (await processIdentity(Number(pid))) === identity.join(' ');
    locks.push({ file, number: Number(number), pid: Number(pid), alive });
  }
  return locks;
}

/** Makes a file together with its content, or returns false when there is one of that name. */
async function makeWhole(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await remove(draft);
  }
}

async function remove(file: string): Promise<void> {
  await unlink(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
