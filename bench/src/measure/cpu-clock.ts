import { readdirSync, readFileSync } from 'node:fs';
import { childrenOf, processUsage } from '@hooktrail/harness/process-usage';

/** Processor time so far, in seconds. */
export interface CpuTime {
  readonly servers: number;
  readonly postgres: number;
}

const NANOSECONDS = 1_000_000_000;

/**
 * Reads the processor time of servers and of PostgreSQL to the nanosecond. `processUsage` counts in hundredths
 * of a second for each process, which is a tenth of the work of a short run on twenty backends. NaN without
 * /proc.
 */
export function cpuClock(servers: readonly number[], postgres: number): CpuTime {
  const first = processUsage(postgres);
  if (first === undefined) return { servers: Number.NaN, postgres: Number.NaN };
  const backends = childrenOf(postgres).map(({ pid }) => pid);
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + secondsOf(pid), 0);
  return {
    servers: sum(servers),
    // A backend that ends leaves its time to the first process.
    postgres: sum([postgres, ...backends]) + first.endedChildrenCpuSeconds,
  };
}

/** All threads of a process; 0 when it has ended. */
function secondsOf(pid: number): number {
  let nanoseconds = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1');
      nanoseconds += Number(text.split(' ', 1)[0]);
    }
  } catch {
    // It or a thread of it has just ended.
  }
  return nanoseconds / NANOSECONDS;
}
