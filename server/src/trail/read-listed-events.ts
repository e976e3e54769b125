import type { Runner } from '../database/database.ts';
import { readEvents } from '../sql/read-events.ts';

/** What a list shows of an event. */
export interface ListedEvent {
  /** The id that its publisher knows. */
  readonly id: string | undefined;
  readonly subject: string | undefined;
}

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
  return new Map(rows.flatMap(({ id, body }) => (body === null ? [] : [[id, factsOf(body)]])));
}

function factsOf(body: string): ListedEvent {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    // The payload of a direct invocation is any text.
  }
  const { id, subject } = (typeof event === 'object' && event !== null ? event : {}) as Readonly<
    Record<string, unknown>
  >;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { id: text(id), subject: text(subject) };
}
