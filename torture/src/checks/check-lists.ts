import type { Check } from './evidence.ts';

/** Paging through a list yields exactly the rows of its webhook, in both orders. */
export const checkLists: Check = ({ books, lists, trail }) => {
  const broken: string[] = [];
  const accepted = new Map<string, string[]>();
  for (const publication of books.publications.values()) {
    for (const { id, webhookId } of publication.accepted ?? []) {
      const others = accepted.get(webhookId);
      if (others === undefined) accepted.set(webhookId, [id]);
      else others.push(id);
    }
  }
  const rows = new Map<string, string[]>();
  for (const { id, webhookId } of trail.invocations) {
    const others = rows.get(webhookId);
    if (others === undefined) rows.set(webhookId, [id]);
    else others.push(id);
  }
  for (const { webhookId, newestFirst, oldestFirst } of lists) {
    const listed = new Set(newestFirst);
    if (listed.size !== newestFirst.length) {
      broken.push(`the list of ${webhookId} repeats ${newestFirst.length - listed.size} rows`);
    }
    const missing = (accepted.get(webhookId) ?? []).filter((id) => !listed.has(id));
    if (missing.length > 0) {
      broken.push(
        `the list of ${webhookId} lacks ${missing.length} accepted, such as ${missing[0]}`,
      );
    }
    const stored = rows.get(webhookId) ?? [];
    if (listed.size !== stored.length || stored.some((id) => !listed.has(id))) {
      broken.push(
        `the list of ${webhookId} has ${listed.size} rows, and ${stored.length} are stored`,
      );
    }
    if (newestFirst.join() !== oldestFirst.toReversed().join()) {
      broken.push(`the list of ${webhookId} differs in the other order`);
    }
  }
  return broken;
};
