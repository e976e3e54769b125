import { query } from '../database/query.ts';

/** Keeps others from making accounts until the transaction ends; reading and using them goes on. */
export const lockAccounts = query<void, never>(
  'lock-accounts',
  {},
  'lock table account in share row exclusive mode',
);
