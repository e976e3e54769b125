import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Sender } from '../books/books.ts';

/**
 * Finds the process at the other end of connections. The kernel's table of connections has the
 * inode of each, and the open files of a process have the inodes that it holds. Both ports are
 * compared, since the kernel gives one port to several connections with different ends. Without
 * /proc the result is empty, and any node may have sent a request.
 *
 * @param sockets - The ends in this process, by their `connectionName`.
 */
export function findSenders<Socket>(
  sockets: ReadonlyMap<string, Socket>,
  nodes: readonly Sender[],
): ReadonlyMap<Socket, Sender> {
  const found = new Map<Socket, Sender>();
  const inodes = new Map<string, Socket>();
  try {
    for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n')) {
      // "  12: 0100007F:ABCD 0100007F:1234 01 ...": local, remote, state, ..., inode as the tenth.
      const fields = line.trim().split(/\s+/);
      const [local, remote] = [portOf(fields[1]), portOf(fields[2])];
      const socket = sockets.get(connectionName(local, remote));
      if (socket !== undefined) inodes.set(`socket:[${fields[9]}]`, socket);
    }
  } catch {
    return found;
  }
  for (const node of nodes) {
    for (const target of openFiles(node.pid)) {
      const socket = inodes.get(target);
      if (socket !== undefined) found.set(socket, node);
    }
  }
  return found;
}

/** Names a connection of this machine by the ports of its connecting and its accepting end. */
export function connectionName(
  connecting: number | undefined,
  accepting: number | undefined,
): string {
  return `${connecting} ${accepting}`;
}

function portOf(address: string | undefined): number {
  return Number.parseInt(address?.split(':')[1] ?? '', 16);
}

function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((name) => {
      try {
        return [readlinkSync(`${folder}/${name}`)];
      } catch {
        return []; // it was closed
      }
    });
  } catch {
    return []; // it has ended
  }
}
