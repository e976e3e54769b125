import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';

export interface DatabaseClock extends Clock {
  stop(): void;
}

const SAMPLES = 3;
const SAMPLE_INTERVAL_MS = 30_000;

/** A difference worth a warning: something on this machine may rely on its clock. */
const NOTABLE_MS = 2_000;

/**
 * Follows the database's clock: the monotonic time of this process plus its offset from the
 * database's time, measured at the start and every 30 s. The fastest of a few samples is the most
 * accurate. The machine's clock would work until somebody sets it: from then until the next
 * measurement every lease would seem expired, or seem never to expire.
 *
 * Monotonic time may stop while a machine sleeps. The machine's clock then moves differently, and
 * the offset is measured immediately.
 *
 * @param readMs reads the database's time, in milliseconds since 1970.
 */
export async function followDatabaseClock(
  readMs: () => Promise<number>,
  log: Logger,
): Promise<DatabaseClock> {
  let offsetMs = 0;
  let warnedMs = 0;
  let machineMs = machineOffset();
  let measuring = false;

  async function sample(): Promise<void> {
    let quickestMs = Number.POSITIVE_INFINITY;
    let measuredMs = offsetMs;
    for (let count = 0; count < SAMPLES; count++) {
      const startedMs = performance.now();
      const nowMs = await readMs();
      const tookMs = performance.now() - startedMs;
      if (tookMs < quickestMs) {
        quickestMs = tookMs;
        measuredMs = nowMs - (startedMs + tookMs / 2);
      }
    }
    offsetMs = measuredMs;
    const aheadMs = measuredMs - machineOffset();
    if (Math.abs(aheadMs - warnedMs) > NOTABLE_MS) {
      log.warn(
        { offset_ms: Math.round(aheadMs) },
        "this machine's clock differs from the database's",
      );
      warnedMs = aheadMs;
    }
  }

  async function measure(): Promise<void> {
    machineMs = machineOffset();
    if (measuring) return;
    measuring = true;
    try {
      await sample();
    } catch (error) {
      log.warn({ err: error }, "cannot read the database's clock");
    } finally {
      measuring = false;
    }
  }

  await sample();
  const timer = setInterval(() => void measure(), SAMPLE_INTERVAL_MS);
  let stopped = false;
  return {
    now() {
      // Asked several times for each event, so each clock is read once.
      const monotonicMs = performance.now();
      const jumpedMs = Date.now() - monotonicMs - machineMs;
      if (Math.abs(jumpedMs) > NOTABLE_MS && !stopped) void measure();
      return Math.round(monotonicMs + offsetMs);
    },
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

/** The machine's clock minus monotonic time; it changes when either jumps. */
function machineOffset(): number {
  return Date.now() - performance.now();
}
