import type { TrailInvocation } from '../books/trail-rows.ts';
import type { Check } from './evidence.ts';

/**
 * An event is stored once, however often it was published, with exactly the invocations that its
 * 2xx named. An event without a 2xx may be stored only if an answer was unclear.
 */
export const checkPublications: Check = ({ books, copies, trail }) => {
  const invocations = new Map<string, TrailInvocation[]>();
  for (const row of trail.invocations) {
    // A job makes copies, of which no answer to a publisher knows.
    if (row.webhookId === copies) continue;
    const others = invocations.get(row.eventId);
    if (others === undefined) invocations.set(row.eventId, [row]);
    else others.push(row);
  }
  const broken: string[] = [];
  const stored = new Map<string, string>();
  for (const [eventId, tag] of trail.tags) {
    const publication = books.publications.get(tag);
    if (publication === undefined) {
      broken.push(`event ${eventId} was not published by the run`);
      continue;
    }
    if (stored.has(tag))
      broken.push(`${tag} is stored twice, as ${stored.get(tag)} and ${eventId}`);
    stored.set(tag, eventId);
    const { accepted, unclear, webhookIds } = publication;
    const rows = invocations.get(eventId) ?? [];
    invocations.delete(eventId);
    if (accepted === undefined) {
      if (unclear === 0) broken.push(`${tag} was refused and is stored`);
      const found = rows.map(({ webhookId }) => webhookId).sort();
      if (found.join() !== [...webhookIds].sort().join()) {
        broken.push(`${tag} is stored with ${rows.length} of its ${webhookIds.length} invocations`);
      }
    } else if (
      rows
        .map(({ id }) => id)
        .sort()
        .join() !==
      accepted
        .map(({ id }) => id)
        .sort()
        .join()
    ) {
      broken.push(`${tag} is stored with other invocations than its 2xx named`);
    }
  }
  for (const eventId of invocations.keys()) broken.push(`event ${eventId} has invocations only`);
  return broken;
};
