import { bigint, float8 } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly keepMs: number;
  readonly limit: number;
}

/**
 * Forgets up to `limit` deleted webhooks whose trail has expired, oldest first. A node that has not
 * heard of such a deletion finds its version below `forgotten_version`, and reads the whole account.
 */
export const forgetWebhooks = query<Params, { id: string }>(
  'forget-webhooks',
  {
    keep_ms: float8((p) => p.keepMs),
    limit: bigint((p) => p.limit),
  },
  `with
  old as (
    select id
    from deleted_webhook
    where deleted_at < now() - $keep_ms * interval '1 millisecond'
    order by deleted_at
    limit $limit
    for update skip locked
  ),
  gone as (
    delete from deleted_webhook d
    using old
    where d.id = old.id
    returning d.id, d.account_id, d.version
  ),
  newest as (
    select account_id, max(version) as version from gone group by account_id
  ),
  forgotten as (
    update account a
    set forgotten_version = greatest(a.forgotten_version, n.version)
    from newest n
    where a.id = n.account_id
  )
select id from gone`,
);
