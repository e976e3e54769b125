import { bigint, bytea, integer, json, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly id: string;
  readonly goneAtMs: number | null;
  readonly watermarkMs: number | null;
  readonly sinceMs: number | null;
  readonly newestMs: number | null;
  readonly polledAtMs: number | null;
  readonly dueAtMs: number;
  readonly everyMs: number;
  readonly walk: unknown;
  readonly fullWalk: unknown;
  readonly walkedAtMs: number | null;
  readonly rowsCount: number;
  readonly invocationsCount: number;
  readonly lateCount: number;
  readonly bodiesCount: number;
  readonly wanted: number;
  readonly wantedFailures: number;
  readonly lostCount: number;
  readonly secretReadAtMs: number | null;
}

/** Writes how far the log of a mirrored webhook is read: in the transaction that stores the rows. */
export const updateArchiveWebhook = query<Params, never>(
  'update-archive-webhook',
  {
    id: uuid((p) => p.id),
    gone_at: timestamptzMs((p) => p.goneAtMs),
    watermark_at: timestamptzMs((p) => p.watermarkMs),
    since_at: timestamptzMs((p) => p.sinceMs),
    newest_at: timestamptzMs((p) => p.newestMs),
    polled_at: timestamptzMs((p) => p.polledAtMs),
    due_at: timestamptzMs((p) => p.dueAtMs),
    every_ms: integer((p) => p.everyMs),
    walk: json((p) => p.walk ?? null),
    full_walk: json((p) => p.fullWalk ?? null),
    walked_at: timestamptzMs((p) => p.walkedAtMs),
    rows_count: bigint((p) => p.rowsCount),
    invocations_count: bigint((p) => p.invocationsCount),
    late_count: bigint((p) => p.lateCount),
    bodies_count: bigint((p) => p.bodiesCount),
    wanted: integer((p) => p.wanted),
    wanted_failures: integer((p) => p.wantedFailures),
    lost_count: bigint((p) => p.lostCount),
    secret_read_at: timestamptzMs((p) => p.secretReadAtMs),
  },
  `update archive_webhook
set
  gone_at = $gone_at,
  watermark_at = $watermark_at,
  since_at = $since_at,
  newest_at = $newest_at,
  polled_at = $polled_at,
  due_at = $due_at,
  every_ms = $every_ms,
  walk = $walk,
  full_walk = $full_walk,
  walked_at = $walked_at,
  rows_count = $rows_count,
  invocations_count = $invocations_count,
  late_count = $late_count,
  bodies_count = $bodies_count,
  wanted = $wanted,
  wanted_failures = $wanted_failures,
  lost_count = $lost_count,
  secret_read_at = $secret_read_at
where id = $id`,
);

interface Secret {
  readonly id: string;
  /** Sealed. */
  readonly secret: Uint8Array;
}

/** Stores the signing secret of a mirrored webhook. */
export const storeWebhookSecret = query<Secret, never>(
  'store-webhook-secret',
  { id: uuid((p) => p.id), secret: bytea((p) => p.secret) },
  'update archive_webhook set secret = $secret where id = $id',
);
