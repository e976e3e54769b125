import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * How many processors this process may use: those that it may run on, or fewer where a control group limits
 * its processor time, as containers do. Node 20 knows the first only. At least 1; a part of a processor
 * counts as none.
 *
 * @param root Where the control groups are mounted.
 * @param most What the system offers.
 */
export function usableCores(root = '/sys/fs/cgroup', most = availableParallelism()): number {
  return Math.max(1, Math.min(most, Math.floor(limitIn(root))));
}

/** In a container its own group is the root of what it sees. */
function limitIn(root: string): number {
  const [quota, period] = read(join(root, 'cpu.max'))?.split(' ') ?? [
    read(join(root, 'cpu', 'cpu.cfs_quota_us')),
    read(join(root, 'cpu', 'cpu.cfs_period_us')),
  ];
  const cores = Number(quota) / Number(period);
  // `max` and -1 mean no limit.
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
