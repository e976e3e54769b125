import { smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
}

/** Closes a breaker and deletes its counts, so the errors that opened it do not open it again. */
export const closeBreaker = query<Params, { webhook_id: string }>(
  'close-breaker',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
  },
  `with forgotten as (
  delete from delivery_count where lane = $lane and webhook_id = $webhook_id
)
update breaker
set state = 'closed', since = now(), reason = null
where lane = $lane and webhook_id = $webhook_id and state <> 'closed'
returning webhook_id`,
);
