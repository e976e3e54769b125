import { backlogOf } from './backlog-of.ts';
import type { Check } from './evidence.ts';
import { receivedIds } from './received.ts';

/** Node minutes of faults from which a run must have enough deaths; two nodes have 35 in 20. */
const ENOUGH_MINUTES = 20;
/** More lost leases than an invocation once survived: it was given up unsent after 21. */
const DEATHS = 21;

/** What waits in memory while its nodes die is delivered: nothing of the backlog is given up. */
export const checkBacklog: Check = (evidence) => {
  const { books, nodeMinutes, trail } = evidence;
  const received = receivedIds(books);
  const broken: string[] = [];
  for (const { id, webhookId, status, reason } of trail.invocations) {
    if (webhookId !== evidence.backlogged) continue;
    if (status !== 'success' || !received.has(id)) {
      broken.push(`${id} of the backlog ended as ${status}: ${reason}`);
    }
  }
  const { deaths } = backlogOf(evidence);
  if (nodeMinutes >= ENOUGH_MINUTES && deaths <= DEATHS) {
    broken.push(`only ${deaths} nodes died while the backlog waited`);
  }
  return broken;
};
