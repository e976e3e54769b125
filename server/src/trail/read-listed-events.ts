import type { Runner } from '../database/database.ts';
import { readEvents } from '../sql/read-events.ts';
import { eventFacts, type ListedEvent } from './event-facts.ts';

/** Longer bodies are not read for a list: a page of the longest would be 100 MiB. */
export const LISTED_BODY_BYTES = 16 * 1024;

/** Reads what a list shows of the events of a page: each body once. */
export async function readListedEvents(
  database: Runner,
  accountId: number,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, ListedEvent>> {
  const wanted = [...new Set(ids)].sort();
  if (wanted.length === 0) return new Map();
  const rows = await database.run(readEvents, {
    events: wanted.map((id) => ({ accountId, id })),
    maxBytes: LISTED_BODY_BYTES,
  });
  return new Map(rows.flatMap(({ id, body }) => (body === null ? [] : [[id, eventFacts(body)]])));
}
