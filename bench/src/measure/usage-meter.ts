import { childrenOf, processUsage } from '@hooktrail/harness/process-usage';
import { forgetPeak, processMemory } from './process-memory.ts';

/** The processes whose use is measured. */
export interface Watched {
  /** The nodes, or the helper in their place when a limit is measured. */
  readonly servers: readonly number[];
  /** PostgreSQL's first process. */
  readonly postgres: number;
  /** The load generator, the receiver and this process. */
  readonly harness: readonly number[];
}

/** What the processes used during a run. */
export interface Usage {
  readonly serverCpuSeconds: number;
  readonly serverPeakBytes: number;
  readonly postgresCpuSeconds: number;
  readonly postgresPeakBytes: number;
  readonly harnessCpuSeconds: number;
}

const SAMPLE_MS = 500;

/** Starts measuring; the returned function stops it. Its result is undefined without /proc. */
export function startUsageMeter(watched: Watched): () => Usage | undefined {
  const before = cpuOf(watched);
  if (before === undefined) return () => undefined;
  for (const pid of watched.servers) forgetPeak(pid);
  let postgresPeakBytes = postgresMemory(watched.postgres);
  const timer = setInterval(() => {
    postgresPeakBytes = Math.max(postgresPeakBytes, postgresMemory(watched.postgres));
  }, SAMPLE_MS);

  return () => {
    clearInterval(timer);
    const after = cpuOf(watched);
    if (after === undefined) return undefined;
    return {
      serverCpuSeconds: after.server - before.server,
      serverPeakBytes: sum(watched.servers, (pid) => processMemory(pid)?.peak),
      postgresCpuSeconds: after.postgres - before.postgres,
      postgresPeakBytes: Math.max(postgresPeakBytes, postgresMemory(watched.postgres)),
      harnessCpuSeconds: after.harness - before.harness,
    };
  };
}

interface Cpu {
  readonly server: number;
  readonly postgres: number;
  readonly harness: number;
}

function sum(pids: readonly number[], of: (pid: number) => number | undefined): number {
  return pids.reduce((total, pid) => total + (of(pid) ?? 0), 0);
}

function cpuOf({ servers, postgres, harness }: Watched): Cpu | undefined {
  const first = processUsage(postgres);
  if (first === undefined) return undefined;
  let postgresSeconds = first.cpuSeconds + first.endedChildrenCpuSeconds;
  for (const { cpuSeconds } of childrenOf(postgres)) postgresSeconds += cpuSeconds;
  const cpu = (pid: number) => processUsage(pid)?.cpuSeconds;
  return { server: sum(servers, cpu), postgres: postgresSeconds, harness: sum(harness, cpu) };
}

/**
 * Adds up the own memory of all processes, and counts shared memory once. The sum of their resident
 * sets would count the buffers once per connection; exact shares (`smaps_rollup`) cost milliseconds
 * per process, on the cores that are measured.
 */
function postgresMemory(postgres: number): number {
  let own = 0;
  let shared = 0;
  for (const pid of [postgres, ...childrenOf(postgres).map((child) => child.pid)]) {
    const memory = processMemory(pid);
    if (memory === undefined) continue;
    own += memory.anonymous;
    shared = Math.max(shared, memory.shared);
  }
  return own + shared;
}
