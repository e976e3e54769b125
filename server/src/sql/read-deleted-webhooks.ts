import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly afterVersion: number;
}

/** Reads the ids of the webhooks that an account deleted after a version of its directory. */
export const readDeletedWebhooks = query<Params, { id: string }>(
  'read-deleted-webhooks',
  {
    account_id: bigint((p) => p.accountId),
    after_version: bigint((p) => p.afterVersion),
  },
  'select id from deleted_webhook where account_id = $account_id and version > $after_version',
);
