import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import { readDistributedStorage, readStorage } from '../sql/read-storage.ts';
import { KEPT_TABLES, type KeptTable } from './kept-tables.ts';
import { partitionSpan } from './partition-span.ts';
import type { KeepMs } from './partitions.ts';

/** What one partition takes, and when it may go. */
export interface StoredPartition {
  readonly table: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
  /** When the keeper drops it at the earliest; undefined: never. */
  readonly dropAfterMs: number | undefined;
}

/** What one table takes. */
export interface StoredTable {
  readonly name: string;
  readonly bytes: number;
  /** Oldest first; empty: it is not partitioned. */
  readonly partitions: readonly StoredPartition[];
}

/** What the database takes. */
export interface StoredBytes {
  readonly bytes: number;
  /** The largest first. */
  readonly tables: readonly StoredTable[];
  /** What goes next, the first ones first. */
  readonly next: readonly StoredPartition[];
  readonly readAtMs: number;
}

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  /** Measures how old a reading is: the clock of the database may be set back. */
  readonly monotonic?: () => number;
  readonly keepMs: KeepMs;
  /** On a Citus cluster the files are on other machines. */
  readonly citus: boolean;
}

/** Reading the sizes looks at every file of the database: all who ask within this time share it. */
const SHARED_MS = MINUTE_MS;

/** What goes next is of interest for some days. */
const MOST_NEXT = 20;

const isKept = (name: string): name is KeptTable => Object.hasOwn(KEPT_TABLES, name);

/** How many bytes the tables and their partitions take, and which partition goes when. */
export class Storage {
  readonly #parts: Parts;
  #shared: Promise<StoredBytes> | undefined;
  /** By the monotonic clock. */
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  read(): Promise<StoredBytes> {
    const { clock, monotonic = () => performance.now() } = this.#parts;
    const elapsedMs = monotonic();
    if (this.#shared === undefined || elapsedMs >= this.#untilMs) {
      this.#untilMs = elapsedMs + SHARED_MS;
      const reading = this.#read(clock.now());
      this.#shared = reading;
      reading.catch(() => {
        if (this.#shared === reading) this.#shared = undefined;
      });
    }
    return this.#shared;
  }

  async #read(nowMs: number): Promise<StoredBytes> {
    const { citus, database, keepMs } = this.#parts;
    const statement = citus ? readDistributedStorage : readStorage;
    const rows = await database.run(statement, undefined);
    const tables = new Map<string, { bytes: number; partitions: StoredPartition[] }>();
    for (const { bytes, name, parent } of rows) {
      const table = parent ?? name;
      const known = tables.get(table) ?? { bytes: 0, partitions: [] };
      tables.set(table, known);
      known.bytes += bytes;
      if (parent === null || !isKept(parent)) continue;
      const span = partitionSpan(KEPT_TABLES[parent]);
      const toMs = span.endOf(name);
      // One that an operator attached has a name of its own, and stays.
      if (Number.isNaN(toMs)) continue;
      const keptMs = keepMs[parent];
      known.partitions.push({
        table: parent,
        fromMs: span.startOf(toMs - 1),
        toMs,
        bytes,
        dropAfterMs: keptMs === undefined ? undefined : toMs + keptMs,
      });
    }
    const list = [...tables].map(([name, { bytes, partitions }]) => ({ name, bytes, partitions }));
    const next = list
      .flatMap(({ partitions }) => partitions)
      .filter(({ dropAfterMs }) => dropAfterMs !== undefined)
      .sort((one, other) => (one.dropAfterMs as number) - (other.dropAfterMs as number));
    return {
      bytes: list.reduce((sum, { bytes }) => sum + bytes, 0),
      tables: list.sort((one, other) => other.bytes - one.bytes),
      next: next.slice(0, MOST_NEXT),
      readAtMs: nowMs,
    };
  }
}
