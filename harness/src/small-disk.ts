import { execFile } from 'node:child_process';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Room for PostgreSQL's programs (60 MB where they have to be copied), a database and its log. */
const SIZE_MB = 224;
const BLOCKS = [1024 * 1024, 64 * 1024, 4 * 1024] as const;

/**
 * A command that mounts a small disk at a folder, visible to itself alone, and becomes the command
 * that follows it. Root may mount; others may in a user namespace, where they are root. A second
 * namespace gives them their own name back, since PostgreSQL does not start as root.
 */
export function onSmallDisk(folder: string): string[] {
  const mount = `mount -t tmpfs -o size=${SIZE_MB}m,mode=711 none "$0"`;
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid === 0) return ['unshare', '-m', 'sh', '-c', `${mount} && exec "$@"`, folder];
  const own = `unshare -U --map-user=${uid} --map-group=${gid}`;
  return ['unshare', '-rm', 'sh', '-c', `${mount} && exec ${own} "$@"`, folder];
}

/** Whether this machine lets us mount a disk; some containers do not. */
export async function maySmallDisk(folder: string): Promise<boolean> {
  const [program = '', ...args] = onSmallDisk(folder);
  return run(program, [...args, 'true']).then(
    () => true,
    () => false,
  );
}

/** The small disk of another process. */
export interface SmallDisk {
  /** The path of a file on it. */
  path(name: string): string;
  /** Takes all the room that is left, to the last block. */
  fill(): Promise<void>;
  /** Frees that room. */
  clear(): Promise<void>;
}

/** Reaches the disk that the process `pid` has mounted at a folder. */
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
