import type { Books } from '../books/books.ts';

/** The invocations of which a request was answered with 2xx, to the last byte. */
export function receivedIds({ requests }: Books): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { answered = 0, invocationId } of requests) {
    if (answered >= 200 && answered < 300) ids.add(invocationId);
  }
  return ids;
}
