import { laneOf } from '../model/lanes.ts';
import { SECOND_MS } from '../model/time-units.ts';
import { updateArchiveWebhook } from '../sql/update-archive-webhook.ts';
import { forgetLostBodies } from '../sql/want-archived-bodies.ts';
import { LOG_MS } from './poll/conclude-poll.ts';
import type { SourceHold } from './source-hold.ts';
import { stateParams, type WebhookState, withoutWanted } from './webhook-state.ts';

/** Of failures, and as many of others, in one transaction of some milliseconds. */
const LOST_AT_ONCE = 1_000;

/**
 * Polls can want 35,000 bodies between two lists of webhooks: 35 transactions. They wait for these, so from this time
 * on each webhook has one only, and the rest is for the next list.
 */
const MOST_MS = 10 * SECOND_MS;

/** Bodies that the service has forgotten by now are lost, and counted. */
export async function forgetLost(hold: SourceHold): Promise<void> {
  const { signal } = hold.parts;
  const untilMs = performance.now() + MOST_MS;
  for (const webhook of hold.webhooks.values()) {
    let isMore = webhook.wanted > 0;
    for (let next = webhook; isMore && !signal.aborted; ) {
      ({ isMore, next } = await forgetSome(hold, next));
      if (performance.now() > untilMs) isMore = false;
    }
  }
}

/** Forgets some of a webhook; returns the webhook without them, and whether there may be more. @throws SourceLost */
async function forgetSome(
  hold: SourceHold,
  webhook: WebhookState,
): Promise<{ readonly next: WebhookState; readonly isMore: boolean }> {
  const one = { lane: laneOf(webhook.id), webhookId: webhook.id };
  const beforeMs = hold.remoteMs - LOG_MS;
  let lost = 0;
  let isMore = false;
  let next = webhook;
  await hold.write(async (runner) => {
    for (const failed of [true, false]) {
      const params = { ...one, failed, beforeMs, limit: LOST_AT_ONCE };
      const gone = await runner.run(forgetLostBodies, params);
      lost += gone.length;
      if (gone.length === LOST_AT_ONCE) isMore = true;
      next = withoutWanted(next, gone);
    }
    next = { ...next, lostCount: next.lostCount + lost };
    if (lost > 0) await runner.run(updateArchiveWebhook, stateParams(next));
  });
  hold.webhooks.set(webhook.id, next);
  return { next, isMore };
}
