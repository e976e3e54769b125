import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';

/** The share of a node's event loop from which it is busy: it does more than wait for statements. */
const BUSY = 0.3;

/** The share of all processors of the machine from which whatever else runs makes others wait. */
const FULL = 0.8;

/** A shorter span says little of how busy a node is. */
const SPAN_MS = 50;

/** How much a node has to do: `busy` beside other work, `full` where the machine has no processor left too. */
export type Load = 'free' | 'busy' | 'full';

/** What processors did since the machine began, in milliseconds of all of them. */
interface ProcessorTimes {
  readonly idle: number;
  readonly all: number;
}

/**
 * Returns how busy this node is: that of the span since it was last measured, of 50 ms and more. The first
 * answer after a pause is that of the pause, and of processors since the node was busy last.
 */
export function measureLoad(timesNow = processorTimes): () => Load {
  let loop = performance.eventLoopUtilization();
  let times = timesNow();
  let sinceMs = performance.now();
  let load: Load = 'free';
  return () => {
    const nowMs = performance.now();
    if (nowMs - sinceMs < SPAN_MS) return load;
    const nextLoop = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(nextLoop, loop);
    [loop, sinceMs] = [nextLoop, nowMs];
    // Reading them takes a millisecond where they are many, so a free node does not.
    load = utilization <= BUSY ? 'free' : isFull() ? 'full' : 'busy';
    return load;
  };

  function isFull(): boolean {
    const next = timesNow();
    const [idle, all] = [next.idle - times.idle, next.all - times.all];
    times = next;
    return idle < (1 - FULL) * all;
  }
}

function processorTimes(): ProcessorTimes {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, all };
}
