import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, processUsage } from '@hooktrail/harness/process-usage';

const STEP_MS = 500;
const LONGEST_MS = 30_000;

/** Less than this share of one core counts as quiet. */
const QUIET = 0.1;

/**
 * Waits until the server and PostgreSQL have finished what the last run left to do, such as
 * vacuuming: the next run must not pay for it. Gives up after half a minute.
 */
export async function untilQuiet(server: number, postgres: number): Promise<void> {
  const read = () => {
    const first = processUsage(postgres);
    let seconds = (first?.cpuSeconds ?? 0) + (first?.endedChildrenCpuSeconds ?? 0);
    seconds += processUsage(server)?.cpuSeconds ?? 0;
    for (const { cpuSeconds } of first === undefined ? [] : childrenOf(postgres)) {
      seconds += cpuSeconds;
    }
    return seconds;
  };
  let before = read();
  for (let waitedMs = 0; waitedMs < LONGEST_MS; waitedMs += STEP_MS) {
    await sleep(STEP_MS);
    const now = read();
    if (now - before < (QUIET * STEP_MS) / 1_000) return;
    before = now;
  }
}
