import { bigint, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { WebhookRow } from '../model/webhook-row.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/**
 * Deletes one webhook of an account with its breaker, counts and permits. Its invocations stay in
 * the trail until they age out.
 */
export const deleteWebhook = query<Params, WebhookRow>(
  'delete-webhook',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
    lane: smallint((p) => laneOf(p.id)),
  },
  `with
  deleted as (
    delete from webhook where account_id = $account_id and id = $id returning *
  ),
  forgotten_breaker as (
    delete from breaker where lane = $lane and webhook_id in (select id from deleted)
  ),
  forgotten_counts as (
    delete from delivery_count where lane = $lane and webhook_id in (select id from deleted)
  ),
  forgotten_permits as (
    delete from rate_window where lane = $lane and webhook_id in (select id from deleted)
  )
select * from deleted`,
);
