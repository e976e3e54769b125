import { setTimeout as sleep } from 'node:timers/promises';
import type { Runner } from '../../database/database.ts';
import { measureRests } from './measure-rests.ts';

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
  restsNow = measureRests(),
  rest: (ms: number) => Promise<unknown> = sleep,
): SearchRunner {
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
        restMs = Math.min(MOST_REST_MS, restsNow() * (performance.now() - startedMs));
      }
    },
  };
}
