import { readFileSync, writeFileSync } from 'node:fs';

/** What a process holds in memory, in bytes. */
export interface ProcessMemory {
  /** All of it that is resident. */
  readonly resident: number;
  /** The most that `resident` has been. */
  readonly peak: number;
  /** The part that is its own. */
  readonly anonymous: number;
  /** The part that is in shared memory, such as PostgreSQL's buffers. */
  readonly shared: number;
}

/** Reads `/proc/PID/status`; undefined when the process has ended, or where there is no /proc. */
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

/** Makes `peak` begin anew; where that is not allowed, it stays the peak since the process began. */
export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // A peak that is too high harms nobody.
  }
}
