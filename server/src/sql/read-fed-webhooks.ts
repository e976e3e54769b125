import { rows, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A webhook, also one that was deleted. */
export interface FedWebhookRow {
  readonly account_id: number;
  readonly id: string;
  readonly name: string;
  readonly deleted_at: Date | null;
}

/** Reads webhooks that were deleted, or made a moment ago, by their ids. */
export const readFedWebhooks = query<readonly string[], FedWebhookRow>(
  'read-fed-webhooks',
  { ids: rows((ids: readonly string[]) => ids, { id: uuid((id) => id) }) },
  `select d.account_id, d.id, d.name, d.deleted_at
from $ids as i
join deleted_webhook d on d.id = i.id
union all
select w.account_id, w.id, w.name, null
from $ids as i
join webhook w on w.id = i.id`,
);
