import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Whether an account has remote accounts whose trail is archived. */
export const readSources = query<number, { any: boolean }>(
  'read-sources',
  { account_id: bigint((accountId) => accountId) },
  'select exists (select from source where account_id = $account_id and deleted_at is null) as any',
);
