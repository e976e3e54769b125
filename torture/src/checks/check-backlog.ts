import { backlogOf } from './backlog-of.ts';
import { ENOUGH_DEATHS } from './enough-deaths.ts';
import type { Check } from './evidence.ts';
import { receivedIds } from './received.ts';

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
  if (nodeMinutes >= ENOUGH_DEATHS.nodeMinutes && deaths < ENOUGH_DEATHS.deaths) {
    broken.push(`only ${deaths} nodes died while the backlog waited`);
  }
  return broken;
};
