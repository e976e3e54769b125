import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { StoredWebhookRow } from '../model/webhook-row.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Reads one webhook of an account and locks it until the transaction ends. */
export const lockWebhook = query<Params, StoredWebhookRow>(
  'lock-webhook',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  'select * from webhook where account_id = $account_id and id = $id for update',
);
