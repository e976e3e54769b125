import { insertInto } from '../database/insert-into.ts';
import { bigint, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { GapReason } from '../model/source.ts';

interface Params {
  readonly accountId: number;
  readonly sourceId: string;
  readonly id: string;
  readonly webhookId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: GapReason;
  readonly foundAtMs: number;
}

const COLUMNS: Parameters<Params> = {
  account_id: bigint((p) => p.accountId),
  source_id: uuid((p) => p.sourceId),
  id: uuid((p) => p.id),
  webhook_id: uuid((p) => p.webhookId),
  from_at: timestamptzMs((p) => p.fromMs),
  to_at: timestamptzMs((p) => p.toMs),
  reason: text((p) => p.reason),
  found_at: timestamptzMs((p) => p.foundAtMs),
};

/** Records a span of a log of which it is unknown what finished in it. */
export const insertArchiveGap = query<Params, never>(
  'insert-archive-gap',
  COLUMNS,
  insertInto('archive_gap', COLUMNS),
);
