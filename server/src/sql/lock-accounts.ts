import { query } from '../database/query.ts';

/** Blocks the creation of accounts until the transaction ends, but not reading or using them. */
export const lockAccounts = query<void, never>(
  'lock-accounts',
  {},
  'lock table account in share row exclusive mode',
);
