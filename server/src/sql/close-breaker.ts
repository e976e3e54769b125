import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
}

/** Closes a breaker and forgets what was counted: the errors that opened it must not open it again. */
export const closeBreaker = query<Params, { webhook_id: string }>(
  'close-breaker',
  `with forgotten as (
  delete from delivery_count where lane = $1 and webhook_id = $2
)
update breaker
set state = 'closed', since = now(), reason = null
where lane = $1 and webhook_id = $2 and state <> 'closed'
returning webhook_id`,
  ({ lane, webhookId }) => [lane, uuidFromId(webhookId)],
);
