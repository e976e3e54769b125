import type { RemoteOutcome } from '@hooktrail/server/remote-outcome';
import type { ArchiveFolder } from './archive-folder.ts';
import { rowKey } from './row-key.ts';

/**
 * A day file that is longer is looked through by the hour: 100,000 rows a day, which are 12 MB of keys. A
 * busy account lists up to 420,000 an hour.
 */
const MOST_DAY_BYTES = 16 * 1024 * 1024;

/** About 120 MB. What was used longest ago goes first. */
const MOST_KEYS = 1_000_000;

/** Within a text, its quotes would be escaped. */
const COMPLETED = '"latest_completed_at":"';

/** A row as its line has it. */
export interface KeptRow {
  readonly webhookId: string;
  readonly outcome: RemoteOutcome;
}

/** The file of the rows that finished on the day of a time. */
export const rowFile = (completedMs: number): string => `invocations/${dayOf(completedMs)}.ndjson`;

/** The file of what was sent and answered, by the day of its row. */
export const attemptFile = (completedMs: number): string => `attempts/${dayOf(completedMs)}.ndjson`;

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** Which rows the day files have. */
export class KnownRows {
  readonly #folder: ArchiveFolder;
  readonly #readRow: (line: string) => KeptRow | undefined;
  /** By a day or an hour; the one used last is last. */
  readonly #spans = new Map<string, Set<string>>();

  constructor(folder: ArchiveFolder, readRow: (line: string) => KeptRow | undefined) {
    this.#folder = folder;
    this.#readRow = readRow;
  }

  async has(webhookId: string, outcome: RemoteOutcome): Promise<boolean> {
    const keys = await this.#keysAt(outcome.completedMs);
    return keys.has(rowKey(webhookId, outcome));
  }

  /** A row was written. */
  add(webhookId: string, outcome: RemoteOutcome): void {
    const iso = new Date(outcome.completedMs).toISOString();
    const key = rowKey(webhookId, outcome);
    for (const length of [10, 13]) this.#spans.get(iso.slice(0, length))?.add(key);
  }

  async #keysAt(completedMs: number): Promise<Set<string>> {
    const file = rowFile(completedMs);
    const isLong = this.#folder.lengthOf(file) > MOST_DAY_BYTES;
    const span = new Date(completedMs).toISOString().slice(0, isLong ? 13 : 10);
    const found = this.#spans.get(span);
    const keys = found ?? (await this.#load(file, span));
    this.#spans.delete(span);
    this.#spans.set(span, keys);
    if (found === undefined) this.#forget();
    return keys;
  }

  async #load(file: string, span: string): Promise<Set<string>> {
    const keys = new Set<string>();
    for await (const line of this.#folder.lines(file)) {
      // Parsing takes most of the time. A row without a completion time has its day in its id.
      if (!line.includes(`"${span}`) && line.includes(COMPLETED)) continue;
      const row = this.#readRow(line);
      if (row === undefined) continue;
      const iso = new Date(row.outcome.completedMs).toISOString();
      if (iso.startsWith(span)) keys.add(rowKey(row.webhookId, row.outcome));
    }
    return keys;
  }

  #forget(): void {
    let total = 0;
    for (const keys of this.#spans.values()) total += keys.size;
    for (const [span, keys] of this.#spans) {
      if (total <= MOST_KEYS || this.#spans.size === 1) return;
      total -= keys.size;
      this.#spans.delete(span);
    }
  }
}
