import { bigint, text, timestamptz } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AccountRow } from './read-accounts.ts';

/** Writes every field of an account that can change. */
export const updateAccount = query<AccountRow, never>(
  'update-account',
  {
    id: bigint((row) => row.id),
    name: text((row) => row.name),
    profile: text((row) => row.profile),
    suspended_at: timestamptz((row) => row.suspended_at),
  },
  'update account set name = $name, profile = $profile, suspended_at = $suspended_at where id = $id',
);
