import type { Runner } from '../../database/database.ts';
import type { KeyTerm } from '../../query/key-terms.ts';
import { type KeyedEventRow, readKeyedEvents } from '../../sql/read-keyed-events.ts';
import { matchesKeys } from './matches-keys.ts';

/** An event that has the values, without what it was compared by. */
export type KeyedEvent = Omit<KeyedEventRow, 'body' | 'key_headers'>;

/** Bodies that are read together; 50 of them are 3 MiB at most. Longer ones are read one at a time. */
const TOGETHER_BYTES = 64 * 1024;
const EVENTS_AT_ONCE = 50;

/** More than the longest body. */
const ALL_BYTES = 2 ** 31 - 1;

/** Reads events by their ids, and keeps those that have what the terms ask for, in the order of the ids. */
export async function verifyEvents(
  database: Runner,
  accountId: number,
  ids: readonly string[],
  terms: readonly KeyTerm[],
  count: (events: number, bytes: number) => void = () => undefined,
): Promise<KeyedEvent[]> {
  const matching: KeyedEvent[] = [];
  for (let at = 0; at < ids.length; at += EVENTS_AT_ONCE) {
    const some = ids.slice(at, at + EVENTS_AT_ONCE);
    const rows = await read(some, TOGETHER_BYTES);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const id of some) {
      let row = byId.get(id);
      if (row?.body === null) [row] = await read([id], ALL_BYTES);
      // A dropped event is no longer found.
      if (row === undefined || row.body === null) continue;
      const { body, key_headers, ...event } = row;
      count(1, body.length);
      if (matchesKeys({ body, key_headers }, terms)) matching.push(event);
    }
  }
  return matching;

  async function read(some: readonly string[], maxBytes: number): Promise<KeyedEventRow[]> {
    const events = [...some].sort().map((id) => ({ accountId, id }));
    return database.run(readKeyedEvents, { events, maxBytes });
  }
}
