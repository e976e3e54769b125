import { smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
}

/**
 * Reads and locks the permits of a webhook until the transaction ends. The time is the database's,
 * taken after the lock was granted. Returns no row if the webhook was deleted: nothing would remove the row.
 */
export const lockRateWindow = query<Params, { permits: string; now_ms: number }>(
  'lock-rate-window',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
  },
  `with locked as (
  insert into rate_window as w (lane, webhook_id, permits)
  select $lane, $webhook_id, '[]'
  where exists (select from webhook where id = $webhook_id)
  on conflict (lane, webhook_id) do update set permits = w.permits
  returning permits
)
select permits, floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms from locked`,
);
