import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** The webhook of the copies. */
  readonly copyWebhookId: string;
  readonly copies: readonly { readonly originId: string; readonly id: string }[];
}

/**
 * Notes on invocations of a webhook the copy that a job has made of each, at another webhook. It passes over
 * one that is being written: recording locks many rows in an order of its own, and waiting for them would be
 * a deadlock. The copy names its origin in any case.
 */
export const linkCopies = query<Params, never>(
  'link-copies',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    copy_webhook_id: uuid((p) => p.copyWebhookId),
    copies: rows((p: Params) => p.copies, {
      origin_id: uuid((copy) => copy.originId),
      id: uuid((copy) => copy.id),
    }),
  },
  `with origins as (
  select t.*, c.id as copy_id
  from
    $copies as c
    cross join lateral (
      select lane, webhook_id, id
      from invocation
      where lane = $lane and webhook_id = $webhook_id and id = c.origin_id
      for update skip locked
    ) as t
)
update invocation i
set copy_webhook_id = $copy_webhook_id, copy_id = o.copy_id
from origins o
where i.lane = o.lane and i.webhook_id = o.webhook_id and i.id = o.id`,
  { oneLane: true },
);
