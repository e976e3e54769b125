import { query } from '../database/query.ts';

/** How far the archive of a source has come. */
export interface SourceLag {
  readonly id: string;
  readonly name: string;
  readonly paused: boolean;
  /** Since everything of all its webhooks was read; null: one was not read to its end once. */
  readonly lag_ms: number | null;
  readonly rows_count: number;
  /** Up to 1,000. */
  readonly gaps: number;
  /** Since the last success. */
  readonly failures: number;
}

/** Sources of all accounts that are shown; those with the largest lag first. */
const MOST = 100;

/** Reads how far sources have come. Their webhooks keep the sums, so no row of the archive is read. */
export const readSourceLags = query<undefined, SourceLag>(
  'read-source-lags',
  {},
  `select
  s.id, s.name, s.paused_at is not null as paused, s.failures, w.rows_count, w.lag_ms,
  (
    select count(*)::integer
    from (select from archive_gap where source_id = s.id limit 1000) as g
  ) as gaps
from
  source s
  cross join lateral (
    select
      coalesce(sum(rows_count), 0)::bigint as rows_count,
      case
        when count(*) filter (where gone_at is null and watermark_at is null) = 0
          then extract(epoch from now() - min(watermark_at) filter (where gone_at is null))::float8
            * 1000
      end as lag_ms
    from archive_webhook
    where source_id = s.id
  ) as w
where s.deleted_at is null and s.base_url is not null
order by w.lag_ms desc nulls first, s.id
limit ${MOST}`,
);
