import { randomBytes } from 'node:crypto';
import { constants, open, unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** A socket in a data folder that accepts connections until its process ends. */
export interface LockSocket {
  readonly name: string;
  close(): Promise<void>;
}

export const LOCK_SOCKET = /^node\.socket\.[\da-f]{16}$/;

/** What a connection fails with if nobody listens: any other failure comes from a listener, or hides one. */
const NOBODY = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']);

/** Where a path cannot be shortened. macOS allows 103 bytes. */
const LONGEST_PATH = 103;

/**
 * Listens on a new socket in a data folder. Processes of other containers on this machine can connect to it,
 * although they cannot see this process, and the kernel closes it however this process ends. A stopped
 * process (SIGSTOP, `docker pause`) still accepts, up to the backlog.
 *
 * Resolves to undefined where the folder cannot have sockets.
 */
export async function openLockSocket(dataDir: string): Promise<LockSocket | undefined> {
  const name = `node.socket.${randomBytes(8).toString('hex')}`;
  const server = createServer((socket) => socket.on('error', () => undefined).destroy());
  try {
    await withShortPath(dataDir, name, async (path) => {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ path }, resolve);
      });
    });
  } catch {
    return undefined;
  }
  // Without file descriptors it cannot accept, and does not matter: the kernel completes connections.
  server.on('error', () => undefined);
  server.unref();
  return {
    name,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      // Node removes the path that it listened on, which is valid only while `withShortPath` runs.
      await unlink(join(dataDir, name)).catch(() => undefined);
    },
  };
}

/** Whether a process listens on the socket of a lock. */
export async function isAnswered(dataDir: string, name: string): Promise<boolean> {
  return withShortPath(dataDir, name, async (path) => {
    const socket = connect({ path });
    try {
      return await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => resolve(!NOBODY.has(code)));
      });
    } finally {
      socket.destroy();
    }
  });
}

/** Names a file of a folder in few bytes: Linux allows the path of a socket 107. */
async function withShortPath<T>(
  dataDir: string,
  name: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  if (process.platform !== 'linux') {
    const path = join(dataDir, name);
    if (Buffer.byteLength(path) > LONGEST_PATH)
      throw new Error('the path is too long for a socket');
    return work(path);
  }
  const folder = await open(dataDir, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await work(`/proc/self/fd/${folder.fd}/${name}`);
  } finally {
    await folder.close();
  }
}
