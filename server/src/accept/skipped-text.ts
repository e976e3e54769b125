import type { KeptSkips, SkippedWebhooks } from '../model/skipped.ts';
import { MOST_LISTED } from './most-listed.ts';

/**
 * What is kept with an event of the webhooks that it skipped: JSON of `KeptSkips`, with as many ids as
 * an answer lists, which are 29 KB; undefined if it skipped none.
 */
export function skippedText(skipped: readonly SkippedWebhooks[]): string | undefined {
  if (skipped.length === 0) return undefined;
  let room = MOST_LISTED;
  const kept = skipped.map(({ reason, webhookIds }): KeptSkips => {
    const ids = webhookIds.slice(0, room);
    room -= ids.length;
    return { reason, count: webhookIds.length, webhook_ids: ids };
  });
  return JSON.stringify(kept);
}
