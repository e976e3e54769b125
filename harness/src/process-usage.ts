import { readdirSync, readFileSync } from 'node:fs';

/** What one process has used so far. */
export interface ProcessUsage {
  readonly pid: number;
  readonly parent: number;
  readonly cpuSeconds: number;
  /** The same of its children that have ended. */
  readonly endedChildrenCpuSeconds: number;
}

/** The unit of `/proc/PID/stat`: USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Reads `/proc/PID/stat`; undefined when the process has ended, or without /proc. */
export function processUsage(pid: number): ProcessUsage | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The second field is the program's name in brackets, and may contain blanks and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (first: number) => Number(fields[first]) + Number(fields[first + 1]);
  return {
    pid,
    parent: Number(fields[1]),
    cpuSeconds: ticks(11) / TICKS_PER_SECOND,
    endedChildrenCpuSeconds: ticks(13) / TICKS_PER_SECOND,
  };
}

/** The children of a process, such as PostgreSQL's backends. */
export function childrenOf(pid: number): ProcessUsage[] {
  const found: ProcessUsage[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const usage = processUsage(Number(name));
    if (usage?.parent === pid) found.push(usage);
  }
  return found;
}
