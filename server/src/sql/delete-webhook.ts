import { bigint, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { StoredWebhookRow } from '../model/webhook-row.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
  /** The version of the account's directory that the deletion makes. */
  readonly version: number;
}

/**
 * Deletes one webhook of an account with its breaker, handshake, counts and permits. Its invocations stay in
 * the trail until they age out, and so long a row of `deleted_webhook` says whose they are.
 */
export const deleteWebhook = query<Params, StoredWebhookRow>(
  'delete-webhook',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
    lane: smallint((p) => laneOf(p.id)),
    version: bigint((p) => p.version),
  },
  `with
  deleted as (
    delete from webhook where account_id = $account_id and id = $id returning *
  ),
  remembered as (
    insert into deleted_webhook (id, account_id, version, name)
    select id, account_id, $version, name from deleted
  ),
  forgotten_breaker as (
    delete from breaker where lane = $lane and webhook_id in (select id from deleted)
  ),
  forgotten_handshake as (
    delete from handshake where lane = $lane and webhook_id = $id and webhook_id in (select id from deleted)
  ),
  forgotten_counts as (
    delete from delivery_count where lane = $lane and webhook_id in (select id from deleted)
  ),
  forgotten_permits as (
    delete from rate_window where lane = $lane and webhook_id in (select id from deleted)
  )
select * from deleted`,
);
