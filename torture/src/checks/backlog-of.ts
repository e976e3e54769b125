import type { Evidence } from './evidence.ts';

/** What happened to the invocations of the webhook with a backlog. */
export interface Backlog {
  readonly invocations: number;
  /** How many nodes were killed while some of them waited. */
  readonly deaths: number;
  /** The most leases that one of them lost. */
  readonly lostLeases: number;
}

export function backlogOf({ backlogged, books, trail }: Evidence): Backlog {
  const ids = new Set<string>();
  let lostLeases = 0;
  for (const { id, webhookId } of trail.invocations) {
    if (webhookId !== backlogged) continue;
    ids.add(id);
    lostLeases = Math.max(lostLeases, trail.lostLeases.get(id) ?? 0);
  }
  let untilMs = 0;
  for (const { arrivedMs, invocationId } of books.requests) {
    if (ids.has(invocationId)) untilMs = Math.max(untilMs, arrivedMs);
  }
  const deaths = books.faults.filter(
    ({ effect, fromMs }) => effect === 'death' && fromMs < untilMs,
  ).length;
  return { invocations: ids.size, deaths, lostLeases };
}
