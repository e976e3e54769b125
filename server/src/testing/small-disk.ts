import { execFile } from 'node:child_process';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Room for the embedded programs (60 MB where they have to be copied), a database and its log. */
const SIZE_MB = 224;
const BLOCKS = [1024 * 1024, 64 * 1024, 4 * 1024] as const;

/**
 * A command that mounts a small disk of its own at a folder, for itself alone, and becomes the command
 * that follows it. Root may do that; others may in a user namespace of their own, from which a second
 * one leads back to their own name, since PostgreSQL does not start as root.
 */
export function onSmallDisk(folder: string): string[] {
  const mount = `mount -t tmpfs -o size=${SIZE_MB}m,mode=711 none "$0"`;
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid === 0) return ['unshare', '-m', 'sh', '-c', `${mount} && exec "$@"`, folder];
  const own = `unshare -U --map-user=${uid} --map-group=${gid}`;
  return ['unshare', '-rm', 'sh', '-c', `${mount} && exec ${own} "$@"`, folder];
}

/** Whether this machine lets us mount one: some containers do not. */
export async function maySmallDisk(folder: string): Promise<boolean> {
  const [program = '', ...args] = onSmallDisk(folder);
  return run(program, [...args, 'true']).then(
    () => true,
    () => false,
  );
}

/** The disk of a process, as seen from here. */
export interface SmallDisk {
  /** The path of a file on it. */
  path(name: string): string;
  /** Takes all the room that is left. */
  fill(): Promise<void>;
  /** Gives it back. */
  clear(): Promise<void>;
}

/** Looks at the disk that the process `pid` has mounted at a folder. */
export function smallDiskOf(pid: number, folder: string): SmallDisk {
  const path = (name: string) => join(`/proc/${pid}/root`, folder, name);
  return {
    path,
    async fill() {
      for (const size of BLOCKS) {
        const block = Buffer.alloc(size);
        for (;;) {
          try {
            await appendFile(path('ballast'), block);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
            break;
          }
        }
      }
    },
    clear: () => rm(path('ballast'), { force: true }),
  };
}
