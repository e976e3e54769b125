import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A mirrored webhook, and how far its log is read. */
export interface SourceWebhookRow {
  readonly id: string;
  readonly remote_id: string;
  readonly name: string;
  readonly gone_at: Date | null;
  readonly watermark_at: Date | null;
  readonly since_at: Date | null;
  readonly newest_at: Date | null;
  readonly polled_at: Date | null;
  readonly due_at: Date | number;
  readonly every_ms: number;
  readonly walk: unknown;
  readonly full_walk: unknown;
  readonly walked_at: Date | null;
  readonly rows_count: number;
  readonly invocations_count: number;
  readonly late_count: number;
  readonly bodies_count: number;
  readonly wanted: number;
  readonly wanted_failures: number;
  readonly lost_count: number;
  readonly has_secret: boolean;
  readonly secret_read_at: Date | null;
  /** Where its endpoint leads. */
  readonly inbox_id: string | null;
  readonly inbox_since_at: Date | null;
}

/** Reads the webhooks of a source. Their number is bounded when they are mirrored. */
export const readSourceWebhooks = query<string, SourceWebhookRow>(
  'read-source-webhooks',
  { source_id: uuid((sourceId) => sourceId) },
  `select id, remote_id, name, gone_at, watermark_at, since_at, newest_at, polled_at, due_at, every_ms, walk,
  full_walk, walked_at, rows_count, invocations_count, late_count, bodies_count, wanted, wanted_failures,
  lost_count, secret is not null as has_secret, secret_read_at, inbox_id, inbox_since_at
from archive_webhook
where source_id = $source_id
order by id`,
);
