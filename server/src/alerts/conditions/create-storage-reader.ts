import type { Runner } from '../../database/database.ts';
import type { Storage } from '../../keep/storage.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import { readStorageSample } from '../../sql/read-storage-sample.ts';
import { deleteStorageSamples, writeStorageSample } from '../../sql/write-storage-sample.ts';
import type { AlertRules, Condition, ConditionReader } from '../condition.ts';
import { INSTALLATION } from './installation.ts';

interface Parts {
  readonly database: Runner;
  /** Tells how old a reading or a sample is: the clock of the database may be set back. */
  readonly monotonic?: () => number;
  readonly storage: Pick<Storage, 'read'>;
  /** The free bytes of the database's disk; undefined where nobody here can know. */
  readonly readRoom: () => Promise<number | undefined>;
  /** What the database may take; undefined: no limit but the disk. */
  readonly mostBytes: number | undefined;
}

const SAMPLE_MS = HOUR_MS;

/** Reading the sizes looks at every file of the database, which an idle node should do seldom. */
const READ_MS = 10 * MINUTE_MS;

/** The longest window, and a day of margin. */
const KEPT_MS = 8 * DAY_MS;

/** Days and nights differ: a growth of less than about a day says nothing. */
const LEAST_MS = DAY_MS - HOUR_MS;

/**
 * Reads in how many days the database has no room any more, by its growth within the window: on its disk, or of what
 * it may take by a setting, whichever ends first. It keeps a sample of the size an hour.
 */
export function createStorageReader(parts: Parts): ConditionReader {
  const { database, monotonic = () => performance.now(), mostBytes, readRoom, storage } = parts;
  let sampledMs = Number.NEGATIVE_INFINITY;
  let readMs = Number.NEGATIVE_INFINITY;
  let bytes = 0;
  return { kinds: ['storage'], read };

  async function read(rules: AlertRules): Promise<readonly Condition[] | undefined> {
    if (monotonic() - readMs >= READ_MS) {
      ({ bytes } = await storage.read());
      readMs = monotonic();
    }
    await sample();
    const { threshold, windowSeconds = 0 } = rules.of(INSTALLATION, 'storage');
    const windowMs = Math.min(KEPT_MS, Math.max(DAY_MS, windowSeconds * SECOND_MS));
    const [then] = await database.run(readStorageSample, windowMs);
    const growth =
      then === undefined || then.age_ms < LEAST_MS
        ? undefined
        : ((bytes - then.bytes) * DAY_MS) / then.age_ms;
    const freeBytes = await readRoom();
    const disk =
      freeBytes === undefined
        ? undefined
        : { value: daysUntil(freeBytes, growth), facts: { free_bytes: freeBytes } };
    const limit =
      mostBytes === undefined
        ? undefined
        : {
            value: daysUntil(mostBytes - bytes, growth),
            facts: { database_bytes: bytes, limit_bytes: mostBytes },
          };
    const first = [disk, limit]
      .filter((one) => one !== undefined)
      .sort((one, other) => one.value - other.value)[0];
    // Another node may know, or the samples begin anew.
    if (first === undefined || (growth === undefined && first.value > 0)) return undefined;
    if (first.value > threshold) return [];
    return [
      {
        accountId: INSTALLATION,
        kind: 'storage',
        subject: 'database',
        value: first.value,
        facts: { ...first.facts, growth_bytes: Math.round(growth ?? 0) },
      },
    ];
  }

  async function sample(): Promise<void> {
    const nowMs = monotonic();
    if (nowMs - sampledMs < SAMPLE_MS) return;
    await database.run(writeStorageSample, { bytes, everyMs: SAMPLE_MS });
    await database.run(deleteStorageSamples, KEPT_MS);
    sampledMs = nowMs;
  }
}

/** In how many days so many bytes are taken; infinite where nothing grows. */
function daysUntil(bytes: number, growth = 0): number {
  if (bytes <= 0) return 0;
  return growth <= 0 ? Number.POSITIVE_INFINITY : bytes / growth;
}
