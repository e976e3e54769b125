import { setTimeout as sleep } from 'node:timers/promises';
import type { Runner } from '../../database/database.ts';
import type { Load } from '../../shares/measure-load.ts';

/**
 * How long a search rests, as times of what its last statement took. While the node is busy, it has a quarter
 * of a processor. While the machine is full, a sixteenth: at 1,000 events a second on two full cores, with
 * lists and 50 feeds beside it, deliveries had a p99 of 405 ms instead of 1,144 with three rests.
 */
const RESTS = { free: 0, busy: 3, full: 15 } as const;

/** It rests only after it has worked so long: one that looks for the value of a key ends before. */
const RESTLESS_MS = 50;

/** The longest rest; a search that was given up notices it afterwards. */
const MOST_REST_MS = 1_000;

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
  loadNow: () => Load,
  rest: (ms: number) => Promise<unknown> = sleep,
): SearchRunner {
  let restMs = 0;
  let restedMs = 0;
  let workedMs = 0;
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
        const tookMs = performance.now() - startedMs;
        workedMs += tookMs;
        const rests = RESTS[loadNow()];
        restMs = workedMs < RESTLESS_MS ? 0 : Math.min(MOST_REST_MS, rests * tookMs);
      }
    },
  };
}
