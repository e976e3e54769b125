import { appendFile, link, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isAnswered, LOCK_SOCKET, openLockSocket } from './lock-socket.ts';
import { processIdentity } from './process-identity.ts';

interface Lock {
  readonly file: string;
  readonly number: number;
  readonly pid: number;
  /** The name of its socket. */
  readonly socket: string | undefined;
  readonly alive: boolean;
  /** Its process is alive in another container, where `pid` is its id. */
  readonly elsewhere: boolean;
}

const NAME = /^node\.lock\.(\d+)$/;
const TRIES = 8;
const LONGEST_WAIT_MS = 60;

/**
 * Makes this process the only user of a data folder, and returns a function that releases it.
 *
 * A lock is a file with a process and its start time, so a lock left by a killed process is known
 * to be dead. It also has the number of its own file: a copy of the folder has copies of its locks,
 * whose files have other numbers, and they lock nothing. And it names a socket that the process listens
 * on, because a container does not see the processes of another one on the same volume; on another
 * machine, nobody sees either. A heartbeat would end while a container is paused, and `flock` is not
 * in Node.
 *
 * Lock files usually fail at taking over a dead lock: with "it is dead, remove it,
 * create mine", a slow second starter removes the new lock of the first. Here only dead locks are
 * ever removed:
 *
 * 1. Each starter creates its own file, `node.lock.N`, with N one above the highest it saw. The
 *    file appears with its content in one step (`link`), or not at all if another process took that
 *    N.
 * 2. Then it looks for other live locks. If it finds one, it removes its own and retries a moment
 *    later; if not, it holds the folder.
 *
 * Of two starters with a file, the later to look sees the other's, so they never both hold the
 * folder. If both see each other, both withdraw, and their random waits decide.
 *
 * @throws EmbeddedPostgresError naming the folder and the process that holds it.
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  const holder = `${process.pid} ${await processIdentity(process.pid)}\n`;
  const socket = await openLockSocket(dataDir);
  try {
    const file = await takeLock(dataDir, holder, socket?.name);
    return async () => {
      await remove(file);
      await socket?.close();
    };
  } catch (error) {
    await socket?.close();
    throw error;
  }
}

/** Returns the file of the lock. Its socket listens already, or it would look dead for a moment. */
async function takeLock(
  dataDir: string,
  holder: string,
  socket: string | undefined,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const before = await locksIn(dataDir);
    let other = before.find((lock) => lock.alive);
    if (other === undefined) {
      const number = Math.max(0, ...before.map((lock) => lock.number)) + 1;
      const file = join(dataDir, `node.lock.${number}`);
      if (await makeWhole(file, holder, socket)) {
        const after = (await locksIn(dataDir)).filter((lock) => lock.file !== file);
        other = after.find((lock) => lock.alive);
        if (other === undefined) {
          for (const dead of after) {
            await remove(dead.file);
            if (dead.socket !== undefined) await remove(join(dataDir, dead.socket));
          }
          return file;
        }
        await remove(file);
      }
    }
    if (other !== undefined && attempt >= TRIES) {
      throw new EmbeddedPostgresError(
        other.elsewhere
          ? `The data folder ${dataDir} is in use by another container, where it is process ${other.pid}. ` +
              'Stop that container, or give this one a volume of its own.'
          : `The data folder ${dataDir} is in use by process ${other.pid}. ` +
              'Stop that process, or set HOOKTRAIL_DATA_DIR to another folder.',
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
    const [holder = '', inode, named = ''] = content.trim().split('\n');
    const [pid = '', ...identity] = holder.split(' ');
    const socket = LOCK_SOCKET.test(named) ? named : undefined;
    const copied = inode !== undefined && inode !== (await inodeOf(file));
    const here = !copied && (await processIdentity(Number(pid))) === identity.join(' ');
    const elsewhere =
      !copied && !here && socket !== undefined && (await isAnswered(dataDir, socket));
    const alive = here || elsewhere;
    locks.push({ file, number: Number(number), pid: Number(pid), socket, alive, elsewhere });
  }
  return locks;
}

/** Creates a lock with its content in one step; returns false if the name is taken. */
async function makeWhole(
  file: string,
  holder: string,
  socket: string | undefined,
): Promise<boolean> {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    await writeFile(draft, holder, { mode: 0o600, flag: 'wx' });
    await appendFile(draft, `${await inodeOf(draft)}\n${socket ?? ''}\n`);
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await remove(draft);
  }
}

async function inodeOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found?.ino.toString();
}

async function remove(file: string): Promise<void> {
  await unlink(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
