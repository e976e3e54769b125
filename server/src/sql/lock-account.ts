import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { StoredAccount } from './read-accounts.ts';

/**
 * Reads one account and keeps others from changing it, or its tokens, until the transaction ends. `no
 * key`, so that what refers to the account, as the audit does, is not held up.
 */
export const lockAccount = query<number, StoredAccount>(
  'lock-account',
  {
    id: bigint((id) => id),
  },
  `select id, name, profile, suspended_at, created_at
from account
where id = $id
for no key update`,
);
