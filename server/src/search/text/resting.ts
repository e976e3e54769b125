import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runner } from '../../database/database.ts';

/** The share of a node's event loop from which it is busy with more than a search, which waits for statements. */
const BUSY = 0.3;

/** Rests after a statement, as times of what it took: a search then has a quarter of a processor. */
const RESTS = 3;

/** The longest rest; a search that was given up notices it afterwards. */
const MOST_REST_MS = 500;

/** A shorter span says little of how busy a node is. */
const SPAN_MS = 50;

/**
 * A search runs one statement after the other, and each keeps a processor of the database busy. While the
 * node has other work, it rests after each, so that deliveries find a processor where there are few.
 */
export function resting(runner: Runner, rest: (ms: number) => Promise<unknown> = sleep): Runner {
  let loop = performance.eventLoopUtilization();
  let sinceMs = performance.now();
  let isBusy = false;
  let restMs = 0;
  return {
    async run(query, params) {
      if (restMs > 0) await rest(restMs);
      const startedMs = performance.now();
      try {
        return await runner.run(query, params);
      } finally {
        const nowMs = performance.now();
        if (nowMs - sinceMs >= SPAN_MS) {
          const next = performance.eventLoopUtilization();
          isBusy = performance.eventLoopUtilization(next, loop).utilization > BUSY;
          [loop, sinceMs] = [next, nowMs];
        }
        restMs = isBusy ? Math.min(MOST_REST_MS, RESTS * (nowMs - startedMs)) : 0;
      }
    },
  };
}
