import { readFileSync, writeFileSync } from 'node:fs';

/** What a process holds in memory, in bytes. */
export interface ProcessMemory {
  /** Resident memory. */
  readonly resident: number;
  /** The highest value that `resident` had. */
  readonly peak: number;
  /** The part that belongs to the process alone. */
  readonly anonymous: number;
  /** The part in shared memory, such as PostgreSQL's buffers. */
  readonly shared: number;
}

/** Reads `/proc/PID/status`; undefined when the process has ended, or without /proc. */
export function processMemory(pid: number): ProcessMemory | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return undefined;
  }
  const bytes = (name: string) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
    return Number(found?.[1] ?? 0) * 1_024;
  };
  return {
    resident: bytes('VmRSS'),
    peak: bytes('VmHWM'),
    anonymous: bytes('RssAnon'),
    shared: bytes('RssShmem'),
  };
}

/** Resets `peak`; where that is not allowed, it stays the peak since the process started. */
export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // A peak that is too high is on the safe side.
  }
}
