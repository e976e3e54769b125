import { bigint, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface OfWebhook {
  readonly lane: number;
  readonly webhookId: string;
  /** Of invocations with a smaller id. */
  readonly before: string;
  readonly limit: number;
}

/** Removes up to `limit` archived invocations of a webhook, oldest first, with all that belongs to them. */
export const removeArchivedInvocations = query<OfWebhook, { id: string }>(
  'remove-archived-invocations',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    before: uuid((p) => p.before),
    limit: bigint((p) => p.limit),
  },
  `with old as (
  select id
  from archive_invocation
  where lane = $lane and webhook_id = $webhook_id and id < $before
  order by id
  limit $limit
),
attempts as (
  delete from archive_attempt a
  using old
  where a.lane = $lane and a.webhook_id = $webhook_id and a.invocation_id = old.id
),
wanted as (
  delete from archive_wanted w
  using old
  where w.lane = $lane and w.webhook_id = $webhook_id and w.invocation_id = old.id
)
delete from archive_invocation i
using old
where i.lane = $lane and i.webhook_id = $webhook_id and i.id = old.id
returning i.id`,
);

interface OfSource {
  readonly lane: number;
  readonly accountId: number;
  readonly sourceId: string;
  /** Both exclusive. */
  readonly after: string;
  readonly before: string;
  /** Events that it looks at. */
  readonly limit: number;
}

/**
 * Removes the archived events of a source among the next `limit` of its account in a lane, oldest first;
 * no row at the end. `last_id` is the last one it looked at.
 */
export const removeArchivedEvents = query<OfSource, { last_id: string }>(
  'remove-archived-events',
  {
    lane: smallint((p) => p.lane),
    account_id: bigint((p) => p.accountId),
    source_id: uuid((p) => p.sourceId),
    after: uuid((p) => p.after),
    before: uuid((p) => p.before),
    limit: bigint((p) => p.limit),
  },
  `with seen as (
  select id, source_id
  from archive_event
  where lane = $lane and account_id = $account_id and id > $after and id < $before
  order by id
  limit $limit
),
gone as (
  delete from archive_event e
  using seen
  where e.lane = $lane and e.account_id = $account_id and e.id = seen.id
    and seen.source_id = $source_id
)
select id as last_id from seen order by id desc limit 1`,
);
