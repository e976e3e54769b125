import { query } from '../database/query.ts';

/** All accounts. */
export const readAccounts = query<void, { id: number; name: string }>(
  'read-accounts',
  'select id, name from account',
  () => [],
);
