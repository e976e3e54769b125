import { bigint, integer } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { DirectoryState } from './lock-directory.ts';

interface Params extends DirectoryState {
  readonly accountId: number;
}

/** Writes the new version of an account's directory and what it now holds. */
export const writeDirectory = query<Params, never>(
  'write-directory',
  {
    account_id: bigint((p) => p.accountId),
    version: bigint((p) => p.directory_version),
    count: integer((p) => p.webhook_count),
    bytes: bigint((p) => p.webhook_bytes),
  },
  `update account
set directory_version = $version, webhook_count = $count, webhook_bytes = $bytes
where id = $account_id`,
);
