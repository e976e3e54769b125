import { laneOf } from '../model/lanes.ts';
import { updateArchiveWebhook } from '../sql/update-archive-webhook.ts';
import { forgetLostBodies } from '../sql/want-archived-bodies.ts';
import { LOG_MS } from './poll/conclude-poll.ts';
import type { SourceHold } from './source-hold.ts';
import { stateParams, withoutWanted } from './webhook-state.ts';

const LOST_AT_ONCE = 1_000;

/** Bodies that the service has forgotten by now are lost, and counted. */
export async function forgetLost(hold: SourceHold): Promise<void> {
  const beforeMs = hold.remoteMs - LOG_MS;
  for (const webhook of hold.webhooks.values()) {
    if (webhook.wanted === 0) continue;
    const one = { lane: laneOf(webhook.id), webhookId: webhook.id };
    let lost = 0;
    let next = webhook;
    await hold.write(async (runner) => {
      for (const failed of [true, false]) {
        const params = { ...one, failed, beforeMs, limit: LOST_AT_ONCE };
        const gone = await runner.run(forgetLostBodies, params);
        lost += gone.length;
        next = withoutWanted(next, gone);
      }
      next = { ...next, lostCount: next.lostCount + lost };
      if (lost > 0) await runner.run(updateArchiveWebhook, stateParams(next));
    });
    hold.webhooks.set(webhook.id, next);
  }
}
