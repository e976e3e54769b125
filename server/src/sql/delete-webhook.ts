import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import type { WebhookRow } from './webhook-row.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/**
 * Deletes one webhook of an account, and what was counted for it. Its invocations stay in the trail
 * until they age out.
 */
export const deleteWebhook = query<Params, WebhookRow>(
  'delete-webhook',
  `with
  deleted as (
    delete from webhook where account_id = $1 and id = $2 returning *
  ),
  forgotten_breaker as (
    delete from breaker where lane = $3 and webhook_id in (select id from deleted)
  ),
  forgotten_counts as (
    delete from delivery_count where lane = $3 and webhook_id in (select id from deleted)
  ),
  forgotten_permits as (
    delete from rate_window where lane = $3 and webhook_id in (select id from deleted)
  )
select * from deleted`,
  ({ accountId, id }) => [accountId, uuidFromId(id), laneOf(id)],
);
