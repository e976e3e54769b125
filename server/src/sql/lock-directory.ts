import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** What an account's directory is at, and holds. */
export interface DirectoryState {
  readonly directory_version: number;
  readonly webhook_count: number;
  readonly webhook_bytes: number;
}

/**
 * Reads what an account's directory holds and locks it until the transaction ends: changes of the
 * account's webhooks happen one after another, so versions have the order of commits.
 */
export const lockDirectory = query<number, DirectoryState>(
  'lock-directory',
  {
    account_id: bigint((id) => id),
  },
  `select directory_version, webhook_count, webhook_bytes
from account
where id = $account_id
for no key update`,
);
