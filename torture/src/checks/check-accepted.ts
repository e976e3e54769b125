import type { Check } from './evidence.ts';
import { isExhausted } from './exhausted.ts';
import { receivedIds } from './received.ts';

/** "Accepted means durable", "at least once": what a 2xx named is received, or exhausted. */
export const checkAccepted: Check = ({ books, trail }) => {
  const received = receivedIds(books);
  const rows = new Map(trail.invocations.map((row) => [row.id, row]));
  const broken: string[] = [];
  for (const { accepted, tag, webhookIds } of books.publications.values()) {
    if (accepted === undefined) continue;
    const named = accepted.map(({ webhookId }) => webhookId).sort();
    if (named.join() !== [...webhookIds].sort().join()) {
      broken.push(`${tag} was accepted for ${named.length} of its ${webhookIds.length} webhooks`);
    }
    for (const { id } of accepted) {
      const row = rows.get(id);
      if (row === undefined) broken.push(`${id} of ${tag} was accepted and is not in the trail`);
      else if (!received.has(id) && !isExhausted(row)) {
        broken.push(`${id} of ${tag} was accepted and never received; it is ${row.status}`);
      }
    }
  }
  return broken;
};
