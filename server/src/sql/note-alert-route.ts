import { bigint, boolean, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
  /** Why the last message did not reach it; null: it did. */
  readonly error: string | null;
}

/** Notes on a route what became of the last message to it. */
export const noteAlertRoute = query<Params, never>(
  'note-alert-route',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
    is_sent: boolean((p) => p.error === null),
    error: text((p) => p.error),
  },
  `with moment as (select now() as at)
update alert_route r
set last_sent_at = case when $is_sent then moment.at else r.last_sent_at end, last_error = $error
from moment
where r.account_id = $account_id and r.id = $id`,
);
