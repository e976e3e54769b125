import { execFileSync } from 'node:child_process';

/** All processes of the machine: id, parent, command. */
function processTable() {
  return execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, parent, command]) => ({ pid: Number(pid), parent: Number(parent), command }));
}

/**
 * The processes of the PostgreSQL whose data folder is `folder`: its first one, the postmaster, and
 * that one's children. An id in `postmaster.pid` may belong to somebody else by now, so the command
 * must name the folder.
 */
export function postgresProcesses(folder, postmaster) {
  const table = processTable();
  const first = table.find(({ pid, command }) => pid === postmaster && command.includes(folder));
  if (first === undefined) return undefined;
  const children = table.filter(({ parent }) => parent === first.pid).map(({ pid }) => pid);
  return { postmaster: first.pid, children };
}
