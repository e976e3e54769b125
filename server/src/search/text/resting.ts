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

/** Runs the statements of one search. */
export interface SearchRunner extends Runner {
  /** How long it has rested so far, which is no work; absent where it never rests. */
  readonly restedMs?: number;
}

/**
 * A search runs one statement after the other, and each keeps a processor of the database busy. While the
 * node has other work, it rests after each, so that deliveries find a processor where there are few.
 */
export function resting(
  runner: Runner,
  rest: (ms: number) => Promise<unknown> = sleep,
): SearchRunner {
  let loop = performance.eventLoopUtilization();
  let sinceMs = performance.now();
  let isBusy = false;
  let restMs = 0;
  let restedMs = 0;
  return {
    get restedMs() {
      return restedMs;
    },
    async run(query, params) {
      if (restMs > 0) {
        const fromMs = performance.now();
        await rest(restMs);
        restedMs += performance.now() - fromMs;
      }
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
