import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';

/** The share of a node's event loop from which it is busy with more than a search, which waits for statements. */
const BUSY = 0.3;
/** Rests while the node is busy: a search then has a quarter of a processor. */
const BUSY_RESTS = 3;

/** The share of all processors of the machine from which each further statement makes others wait. */
const FULL = 0.8;
/**
 * Rests while the machine is full: a search then has a sixteenth of a processor. At 1,000 events a second
 * on two full cores, with lists and 50 feeds beside it, deliveries had a p99 of 405 ms instead of 1,144
 * with `BUSY_RESTS`.
 */
const FULL_RESTS = 15;

/** A shorter span says little of how busy a node is. */
const SPAN_MS = 50;

/** What processors did since the machine began, in milliseconds of all of them. */
interface ProcessorTimes {
  readonly idle: number;
  readonly all: number;
}

/**
 * Returns how long a search should rest now, as times of what its last statement took. The load is that
 * of the span since it was last measured.
 */
export function measureRests(timesNow = processorTimes): () => number {
  let loop = performance.eventLoopUtilization();
  let times = timesNow();
  let sinceMs = performance.now();
  let rests = 0;
  return () => {
    const nowMs = performance.now();
    if (nowMs - sinceMs < SPAN_MS) return rests;
    const [nextLoop, nextTimes] = [performance.eventLoopUtilization(), timesNow()];
    const { utilization } = performance.eventLoopUtilization(nextLoop, loop);
    const isFull = nextTimes.idle - times.idle < (1 - FULL) * (nextTimes.all - times.all);
    [loop, times, sinceMs] = [nextLoop, nextTimes, nowMs];
    rests = utilization <= BUSY ? 0 : isFull ? FULL_RESTS : BUSY_RESTS;
    return rests;
  };
}

function processorTimes(): ProcessorTimes {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, all };
}
