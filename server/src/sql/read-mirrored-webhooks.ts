import { bigint, boolean, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';

/** A webhook as its source shows it, and how far its log is read. */
export interface MirroredWebhookRow {
  readonly id: string;
  readonly remote_id: string;
  readonly name: string;
  readonly status: string | null;
  readonly endpoint: string | null;
  readonly http_method: string | null;
  readonly request_format: string | null;
  readonly subscriptions: readonly string[] | null;
  readonly gone_at: Date | null;
  readonly watermark_at: Date | null;
  readonly newest_at: Date | null;
  readonly polled_at: Date | null;
  readonly every_ms: number;
  readonly rows_count: number;
  readonly invocations_count: number;
  readonly late_count: number;
  readonly bodies_count: number;
  readonly wanted: number;
  readonly wanted_failures: number;
  readonly lost_count: number;
}

interface PageParams {
  readonly accountId: number;
  readonly sourceId: string;
  /** Whether those that the service has no longer, or the others; null for both. */
  readonly gone: boolean | null;
  readonly from: string;
  readonly limit: number;
}

function page(name: string, compare: '<' | '>', order: 'asc' | 'desc') {
  const statement: Query<PageParams, MirroredWebhookRow> = query(
    name,
    {
      account_id: bigint((p) => p.accountId),
      source_id: uuid((p) => p.sourceId),
      gone: boolean((p) => p.gone),
      from: uuid((p) => p.from),
      limit: bigint((p) => p.limit),
    },
    // By the index of the account: at most 20 sources with 5,000 webhooks each are looked at.
    `select id, remote_id, name, status, endpoint, http_method, request_format, subscriptions, gone_at, watermark_at,
  newest_at, polled_at, every_ms, rows_count, invocations_count, late_count, bodies_count, wanted, wanted_failures,
  lost_count
from archive_webhook
where account_id = $account_id and source_id = $source_id and id ${compare} $from
  and ($gone is null or (gone_at is not null) = $gone)
order by account_id ${order}, id ${order}
limit $limit`,
  );
  return statement;
}

/** Reads webhooks of a source, the one mirrored last first. */
export const readMirroredWebhooksBelow = page('read-mirrored-webhooks-below', '<', 'desc');

/** Reads webhooks of a source, the one mirrored first first. */
export const readMirroredWebhooksAbove = page('read-mirrored-webhooks-above', '>', 'asc');
