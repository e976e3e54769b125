import { query } from '../database/query.ts';
import type { AccountRow } from './read-accounts.ts';

/** Writes all of an account that can change. */
export const updateAccount = query<AccountRow, never>(
  'update-account',
  'update account set name = $2, profile = $3, suspended_at = $4 where id = $1',
  ({ id, name, profile, suspended_at }) => [id, name, profile, suspended_at],
);
