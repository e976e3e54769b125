import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { forEachFamily } from './parts/trail-family.ts';

interface Params {
  /** The invocation. */
  readonly id: string;
  /** Where it may be; in the order of their lanes, a Citus cluster visits each shard once. */
  readonly webhookIds: readonly string[];
}

/**
 * Finds which of some webhooks has an invocation: the key begins with its lane and its webhook, which
 * an id alone does not tell. Each webhook is one probe of the primary key, in the partition of the id's
 * day only. A thousand probes took 9 to 12 ms on a machine that was busy with other work, so the caller
 * passes an account's webhooks by the thousand. "offset 0" keeps the planner from reading a whole index
 * for the id instead.
 */
export const findInvocationWebhook = forEachFamily(({ named, tables }) =>
  query<Params, { webhook_id: string }>(
    named('find-invocation-webhook'),
    {
      id: uuid((p) => p.id),
      webhooks: rows((p: Params) => p.webhookIds, {
        lane: smallint((id) => laneOf(id)),
        webhook_id: uuid((id) => id),
      }),
    },
    `select i.webhook_id
from
  $webhooks as w
  cross join lateral (
    select webhook_id from ${tables.invocation}
    where lane = w.lane and webhook_id = w.webhook_id and id = $id
    offset 0
  ) as i
limit 1`,
    { laneByLane: true },
  ),
);
