import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Sender } from '../books.ts';

/**
 * Finds out which process is at the other end of connections, by their ports there: the table of the
 * system's connections has the inode of each, and a process's list of open files has the inodes that
 * are its own. Empty where there is no /proc; then every request may be everybody's.
 */
export function findSenders(
  ports: ReadonlySet<number>,
  nodes: readonly Sender[],
): ReadonlyMap<number, Sender> {
  const found = new Map<number, Sender>();
  const inodes = new Map<string, number>();
  try {
    for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n')) {
      // "  12: 0100007F:ABCD 0100007F:1234 01 ...": local, remote, state, ..., inode as the tenth.
      const fields = line.trim().split(/\s+/);
      const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
      if (ports.has(port) && fields[9] !== undefined) inodes.set(`socket:[${fields[9]}]`, port);
    }
  } catch {
    return found;
  }
  for (const node of nodes) {
    for (const target of openFiles(node.pid)) {
      const port = inodes.get(target);
      if (port !== undefined) found.set(port, node);
    }
  }
  return found;
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
