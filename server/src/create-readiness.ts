import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from './api/services/services.ts';
import type { Database } from './database/database.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './model/time-units.ts';
import type { Siblings } from './processes/messages.ts';
import { readClock } from './sql/read-clock.ts';

interface Parts {
  readonly database: Database;
  readonly isListening: () => boolean;
  readonly isStopping: () => boolean;
  /** The processes behind the port; undefined: this one is alone. */
  readonly siblings: () => Siblings | undefined;
  /** When each of these was last done, by the monotonic clock; NaN: never. */
  readonly last: {
    readonly beatMs: () => number;
    readonly keptMs: () => number;
    readonly sweptMs: () => number;
  };
  /** Tells how long ago that was: the clock of the database may be set back. */
  readonly monotonic?: () => number;
}

/** The checks of a node. */
export interface Readiness {
  /** Why the node is not ready, or undefined. */
  readonly notReadyReason: () => Promise<string | undefined>;
  /** What was checked, with what does not keep the node from being ready. */
  readonly checks: () => Promise<readonly Check[]>;
}

/** A database that takes longer to tell the time is not ready for work. */
const TIME_LIMIT_MS = 2 * SECOND_MS;

/** All lanes are swept in 32 s, one each half second. */
const SWEEP_LATE_MS = 10 * SECOND_MS;

/** Partitions are looked after each hour, and exist for three days ahead. */
const KEEPER_LATE_MS = 3 * HOUR_MS;

const BEAT_LATE_MS = MINUTE_MS;

/** Makes the checks behind `/readyz`. */
export function createReadiness(parts: Parts): Readiness {
  const { database, isListening, isStopping, last, siblings } = parts;
  const { monotonic = () => performance.now() } = parts;

  function askDatabase(): Promise<string | undefined> {
    const failure = database.run(readClock, undefined).then(
      () => undefined,
      (error: Error) => error.message,
    );
    const timeout = sleep(TIME_LIMIT_MS, 'the database does not answer', { ref: false });
    return Promise.race([failure, timeout]);
  }

  /** A check of something that is done again and again. */
  function regular(name: string, lastMs: number, lateMs: number, what: string): Check {
    if (Number.isNaN(lastMs)) return { name, state: 'warning', message: `${what}: not yet` };
    const agoMs = monotonic() - lastMs;
    const message = `${what} ${Math.round(agoMs / 1_000)} s ago`;
    return { name, state: agoMs > lateMs ? 'warning' : 'ok', message };
  }

  function processes(): Check[] {
    const found = siblings();
    if (found === undefined) return [];
    const { of, up } = found;
    const state = up < of ? 'warning' : 'ok';
    return [{ name: 'processes', state, message: `${up} of ${of} are up` }];
  }

  return {
    notReadyReason: () => (isStopping() ? Promise.resolve('this node is stopping') : askDatabase()),

    async checks() {
      const startedMs = performance.now();
      const failure = await askDatabase();
      const tookMs = Math.round(performance.now() - startedMs);
      const { beatMs, keptMs, sweptMs } = last;
      return [
        isStopping()
          ? { name: 'node', state: 'failed', message: 'this node is stopping' }
          : { name: 'node', state: 'ok', message: 'takes requests' },
        ...processes(),
        failure === undefined
          ? { name: 'database', state: 'ok', message: `answered within ${tookMs} ms` }
          : { name: 'database', state: 'failed', message: failure },
        isListening()
          ? { name: 'notifications', state: 'ok', message: 'hears of changes of other nodes' }
          : {
              name: 'notifications',
              state: 'warning',
              message: 'does not hear of changes of other nodes; it is connecting again',
            },
        regular('deliveries', sweptMs(), SWEEP_LATE_MS, 'looked for due invocations'),
        regular('partitions', keptMs(), KEEPER_LATE_MS, 'looked after partitions'),
        regular('heartbeat', beatMs(), BEAT_LATE_MS, 'said that it is up'),
      ];
    },
  };
}
