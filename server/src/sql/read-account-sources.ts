import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { type SourceRow, sourceColumnsOf } from './parts/source-row.ts';

/** What its webhooks sum up to: they keep the numbers, so that nothing is counted by reading. */
export interface SourceSums {
  readonly webhooks: number;
  readonly webhooks_gone: number;
  readonly rows_count: number;
  readonly invocations_count: number;
  readonly late_count: number;
  readonly bodies_count: number;
  readonly wanted: number;
  readonly wanted_failures: number;
  readonly lost_count: number;
  /** Webhooks that exist and were not read to their ends once. */
  readonly unread: number;
  /** Everything that finished until then was read of all webhooks that exist. */
  readonly complete_until: Date | null;
}

const TEXT = `select ${sourceColumnsOf('s')}, w.*
from
  source s
  cross join lateral (
    select
      (count(*) filter (where gone_at is null))::integer as webhooks,
      (count(*) filter (where gone_at is not null))::integer as webhooks_gone,
      coalesce(sum(rows_count), 0)::bigint as rows_count,
      coalesce(sum(invocations_count), 0)::bigint as invocations_count,
      coalesce(sum(late_count), 0)::bigint as late_count,
      coalesce(sum(bodies_count), 0)::bigint as bodies_count,
      coalesce(sum(wanted), 0)::bigint as wanted,
      coalesce(sum(wanted_failures), 0)::bigint as wanted_failures,
      coalesce(sum(lost_count), 0)::bigint as lost_count,
      (count(*) filter (where gone_at is null and watermark_at is null))::integer as unread,
      min(watermark_at) filter (where gone_at is null) as complete_until
    from archive_webhook
    where source_id = s.id
  ) as w
where s.account_id = $account_id and s.deleted_at is null`;

/** Reads the sources of an account, oldest first. Their number is bounded when they are made. */
export const readAccountSources = query<number, SourceRow & SourceSums>(
  'read-account-sources',
  { account_id: bigint((accountId) => accountId) },
  `${TEXT}
order by s.id`,
);

/** Reads one of them. */
export const readSource = query<{ accountId: number; id: string }, SourceRow & SourceSums>(
  'read-source',
  { account_id: bigint((p) => p.accountId), id: uuid((p) => p.id) },
  `${TEXT} and s.id = $id`,
);
