import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { laneOfAccount } from '../model/lane-of-account.ts';
import { DAY_MS } from '../model/time-units.ts';
import type { KeyBatches, KeyBatchRow } from '../sql/parts/key-batches.ts';

/** An event and the hashes that it is found by. */
export interface KeyedEventHashes {
  readonly accountId: number;
  readonly eventId: string;
  readonly hashes: readonly number[];
}

/**
 * Entries of a row, but for those of one more event: with 64, at 24 bytes each, a row stays below the
 * 2 KB from which PostgreSQL compresses it and moves it elsewhere.
 */
const ROW_ENTRIES = 64;

interface OpenRow {
  accountId: number;
  firstId: string;
  lastId: string;
  /** The first id of its day, and of the next one. */
  from: string;
  before: string;
  entries: { hash: number; eventId: string }[];
}

/** Packs the hashes of events that are written together: each row is of one account and one day. */
export function keyBatches(events: readonly KeyedEventHashes[]): KeyBatches {
  const hashes: number[] = [];
  const ids: string[] = [];
  const rows: KeyBatchRow[] = [];
  const open = new Map<number, OpenRow>();

  function close(row: OpenRow): void {
    const from = hashes.length + 1;
    for (const { hash, eventId } of row.entries) {
      hashes.push(hash);
      ids.push(eventId);
    }
    const { accountId, firstId, lastId } = row;
    const lane = laneOfAccount(accountId);
    rows.push({ lane, accountId, firstId, lastId, from, to: hashes.length });
  }

  for (const { accountId, eventId, hashes: of } of events) {
    if (of.length === 0) continue;
    let row = open.get(accountId);
    if (
      row !== undefined &&
      (eventId < row.from || eventId >= row.before || row.entries.length >= ROW_ENTRIES)
    ) {
      close(row);
      row = undefined;
    }
    if (row === undefined) {
      row = { accountId, firstId: eventId, lastId: eventId, ...dayOf(eventId), entries: [] };
      open.set(accountId, row);
    }
    if (eventId < row.firstId) row.firstId = eventId;
    if (eventId > row.lastId) row.lastId = eventId;
    for (const hash of of) row.entries.push({ hash, eventId });
  }
  for (const row of open.values()) close(row);
  return { hashes, events: ids, rows };
}

let day = { from: '', before: '' };

/** Reading the time of an id takes 0.3 µs: almost all are of one day. */
function dayOf(id: string): { readonly from: string; readonly before: string } {
  if (id < day.from || id >= day.before) {
    const startMs = Math.floor(idTimeMs(id) / DAY_MS) * DAY_MS;
    day = { from: firstIdAt(startMs), before: firstIdAt(startMs + DAY_MS) };
  }
  return day;
}
