import { idArray } from '../database/binary-arrays.ts';
import { bigint, scalar, timestamptzMs, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import type { GapReason } from '../model/source.ts';

/** A gap, with its webhook and its source. */
export interface ArchiveGapRow {
  readonly id: string;
  readonly webhook_id: string;
  readonly webhook_name: string;
  readonly source: string;
  readonly from_at: Date;
  readonly to_at: Date;
  readonly reason: GapReason;
  readonly found_at: Date;
}

const COLUMNS = `g.id, g.webhook_id, w.name as webhook_name, s.name as source, g.from_at, g.to_at, g.reason,
  g.found_at`;

const JOINED = `archive_gap g
join archive_webhook w on w.id = g.webhook_id
join source s on s.id = g.source_id`;

interface PageParams {
  readonly accountId: number;
  readonly sourceId: string;
  readonly from: string;
  readonly limit: number;
}

function page(name: string, compare: '<' | '>', order: 'asc' | 'desc') {
  const statement: Query<PageParams, ArchiveGapRow> = query(
    name,
    {
      account_id: bigint((p) => p.accountId),
      source_id: uuid((p) => p.sourceId),
      from: uuid((p) => p.from),
      limit: bigint((p) => p.limit),
    },
    `select ${COLUMNS}
from ${JOINED}
where g.source_id = $source_id and g.account_id = $account_id and g.id ${compare} $from
order by g.source_id ${order}, g.id ${order}
limit $limit`,
  );
  return statement;
}

/** Reads gaps of a source, the one found last first. */
export const readArchiveGapsBelow = page('read-archive-gaps-below', '<', 'desc');

/** Reads gaps of a source, the one found first first. */
export const readArchiveGapsAbove = page('read-archive-gaps-above', '>', 'asc');

interface SpanParams {
  readonly accountId: number;
  /** Both inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly webhookIds: readonly string[];
  readonly limit: number;
}

/** Reads gaps of some webhooks of an account that touch a span, the latest first. */
export const readSpanGaps = query<SpanParams, ArchiveGapRow>(
  'read-span-gaps',
  {
    account_id: bigint((p) => p.accountId),
    from: timestamptzMs((p) => p.fromMs),
    to: timestamptzMs((p) => p.toMs),
    webhook_ids: scalar<readonly string[]>('uuid[]', idArray)((p: SpanParams) => p.webhookIds),
    limit: bigint((p) => p.limit),
  },
  `select ${COLUMNS}
from ${JOINED}
where g.account_id = $account_id and g.to_at >= $from and g.from_at <= $to and g.webhook_id = any ($webhook_ids)
order by g.account_id desc, g.to_at desc
limit $limit`,
);
