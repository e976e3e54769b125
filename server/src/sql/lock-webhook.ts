import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';
import type { WebhookRow } from './webhook-row.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Reads one webhook of an account and keeps others from changing it until the transaction ends. */
export const lockWebhook = query<Params, WebhookRow>(
  'lock-webhook',
  'select * from webhook where account_id = $1 and id = $2 for update',
  ({ accountId, id }) => [accountId, uuidFromId(id)],
);
