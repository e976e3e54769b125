import { query } from '../database/query.ts';
import type { WebhookRow } from '../directory/webhook-row.ts';
import { uuidFromId } from '../ids.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Deletes one webhook of an account. Its invocations stay in the trail until they age out. */
export const deleteWebhook = query<Params, WebhookRow>(
  'delete-webhook',
  'delete from webhook where account_id = $1 and id = $2 returning *',
  ({ accountId, id }) => [accountId, uuidFromId(id)],
);
