import type { Runner } from '../database/database.ts';
import { inFamily } from '../sql/parts/in-family.ts';
import type { Family } from '../sql/parts/trail-family.ts';
import { readEvents } from '../sql/read-events.ts';
import { eventFacts, type ListedEvent } from './event-facts.ts';

/** An event of a list, and where it is stored. */
interface Wanted {
  readonly id: string | null;
  readonly family: Family;
}

/** Longer bodies are not read for a list: a page of the longest would be 100 MiB. */
export const LISTED_BODY_BYTES = 16 * 1024;

/** Reads what a list shows of the events of a page: each body once. */
export async function readListedEvents(
  database: Runner,
  accountId: number,
  wanted: Iterable<Wanted>,
): Promise<ReadonlyMap<string, ListedEvent>> {
  const ids = { local: new Set<string>(), archived: new Set<string>() };
  for (const { id, family } of wanted) if (id !== null) ids[family].add(id);
  const read = async (family: Family) => {
    if (ids[family].size === 0) return [];
    return database.run(inFamily(readEvents, family), {
      events: [...ids[family]].sort().map((id) => ({ accountId, id })),
      maxBytes: LISTED_BODY_BYTES,
    });
  };
  const [ours, archived] = await Promise.all([read('local'), read('archived')]);
  return new Map([
    ...ours.flatMap(({ id, body, erased_at: erasedAt, own_id: ownId }) => {
      if (erasedAt !== null)
        return [[id, { id: ownId ?? id, subject: undefined, erasedAt }] as const];
      return body === null ? [] : [[id, eventFacts(body)] as const];
    }),
    ...archived.map(({ id, body, erased_at: erasedAt, own_id: ownId }) => {
      const { subject } = body === null ? { subject: undefined } : eventFacts(body);
      const erased = erasedAt !== null && { erasedAt };
      return [id, { id: ownId ?? id, subject, ...erased }] as const;
    }),
  ]);
}
