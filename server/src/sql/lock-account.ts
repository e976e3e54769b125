import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { StoredAccount } from './read-accounts.ts';

/**
 * Reads one account and locks it, and changes of its tokens, until the transaction ends. `no key`,
 * so rows that refer to the account, such as the audit's, can still be written.
 */
export const lockAccount = query<number, StoredAccount>(
  'lock-account',
  {
    id: bigint((id) => id),
  },
  `select id, name, profile, suspended_at, search_keys, keys_since, created_at
from account
where id = $id
for no key update`,
);
