import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { readClock } from '../sql/read-clock.ts';
import type { Database } from './database.ts';

export interface DatabaseClock extends Clock {
  stop(): void;
}

const SAMPLES = 3;
const SAMPLE_INTERVAL_MS = 30_000;

/** A difference that an operator should know of: something on this machine may rely on its clock. */
const NOTABLE_MS = 2_000;

/**
 * Follows the database's clock: this machine's time plus the difference between the two, measured
 * at the start and every 30 s. Of a few samples the quickest is the truest.
 */
export async function followDatabaseClock(database: Database, log: Logger): Promise<DatabaseClock> {
  let offsetMs = 0;

  async function sample(): Promise<void> {
    let quickestMs = Number.POSITIVE_INFINITY;
    let measuredMs = offsetMs;
    for (let count = 0; count < SAMPLES; count++) {
      const startedMs = Date.now();
      const started = performance.now();
      const [row] = await database.run(readClock, undefined);
      const tookMs = performance.now() - started;
      if (tookMs < quickestMs) {
        quickestMs = tookMs;
        measuredMs = (row as { now_ms: number }).now_ms - (startedMs + tookMs / 2);
      }
    }
    if (Math.abs(measuredMs - offsetMs) > NOTABLE_MS) {
      log.warn({ offset_ms: Math.round(measuredMs) }, "this machine's clock is not the database's");
    }
    offsetMs = measuredMs;
  }

  await sample();
  const timer = setInterval(() => {
    sample().catch((error: unknown) => log.warn({ err: error }, 'cannot read the clock'));
  }, SAMPLE_INTERVAL_MS);
  return {
    now: () => Math.round(Date.now() + offsetMs),
    stop: () => clearInterval(timer),
  };
}
