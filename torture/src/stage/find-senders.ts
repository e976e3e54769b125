import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Sender } from '../books/books.ts';

/**
 * Finds out which process is at the other end of connections: the table of the system's connections
 * has the inode of each, and a process's list of open files has the inodes that are its own. Both
 * ports are looked at, since the system gives one port to several connections with different ends.
 * Empty where there is no /proc; then every request may be everybody's.
 *
 * @param sockets Ends here, by their `connectionName`.
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

/** Names a connection of this machine by the ports of the end that made it and the one that took it. */
export function connectionName(made: number | undefined, took: number | undefined): string {
  return `${made} ${took}`;
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
        return []; // closed meanwhile
      }
    });
  } catch {
    return []; // ended meanwhile
  }
}
