import { query } from '../database/query.ts';
import type { Profile } from '../directory/profiles.ts';

export interface AccountRow {
  readonly id: number;
  readonly name: string;
  readonly profile: Profile;
  readonly suspended_at: Date | null;
}

/** All accounts. */
export const readAccounts = query<void, AccountRow>(
  'read-accounts',
  'select id, name, profile, suspended_at from account',
  () => [],
);
