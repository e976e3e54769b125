import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly limit: number;
}

/** An export whose files are kept. */
export interface KeptExportRow {
  readonly id: string;
  readonly files: number;
  /** Null while it is at work. */
  readonly expires_at: Date | null;
}

/** Reads the exports of an account that have files, the newest first. */
export const readAccountExports = query<Params, KeptExportRow>(
  'read-account-exports',
  { account_id: bigint((p) => p.accountId), limit: bigint((p) => p.limit) },
  `select job_id as id, count(*)::integer as files, max(expires_at) as expires_at
from job_file
where account_id = $account_id and (expires_at is null or expires_at > now())
group by job_id
order by job_id desc
limit $limit`,
);
