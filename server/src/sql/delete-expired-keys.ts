import { bigint, smallint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly limit: number;
}

/** Deletes up to `limit` idempotency keys of a lane that are older than 24 hours. */
export const deleteExpiredKeys = query<Params, { key: string }>(
  'delete-expired-keys',
  {
    lane: smallint((p) => p.lane),
    limit: bigint((p) => p.limit),
  },
  `with expired as (
  select lane, account_id, key
  from idempotency_key
  where lane = $lane and created_at <= now() - interval '24 hours'
  order by created_at
  limit $limit
  for update skip locked
)
delete from idempotency_key k
using expired
where k.lane = expired.lane and k.account_id = expired.account_id and k.key = expired.key
returning k.key`,
  { oneLane: true },
);
