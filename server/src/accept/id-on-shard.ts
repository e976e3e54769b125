import { laneOf } from '../model/lanes.ts';
import type { Shards } from '../model/shards.ts';
import type { Webhook } from '../model/webhook.ts';

/** Of 32 shards, one lane in 32 fits; most often less are drawn. */
const MOST_DRAWN = 256;

/**
 * Draws the id of an event until its lane is on the shard of all webhooks that it is for: the event and its
 * invocations are then written by one machine. If they are on several shards, or none is active, any id does.
 *
 * @param draw Makes an id; each is another.
 */
export function idOnShard(
  shards: Shards,
  webhooks: readonly Pick<Webhook, 'id' | 'status'>[],
  draw: () => string,
): string {
  const active = webhooks.filter(({ status }) => status === 'active');
  const wanted = shards.of(active.map(({ id }) => laneOf(id)));
  let id = draw();
  if (wanted === undefined) return id;
  for (let drawn = 1; drawn < MOST_DRAWN && shards.of([laneOf(id)]) !== wanted; drawn++)
    id = draw();
  return id;
}
