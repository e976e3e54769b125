import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly ids: readonly string[];
}

export interface ReplayableRow {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly attempts_count: number;
  readonly delivered: boolean;
  readonly erased: boolean;
}

/** Reads what a job is about to send of one webhook. */
export const readReplayable = query<Params, ReplayableRow>(
  'read-replayable',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    items: rows((p: Params) => p.ids, { id: uuid((id) => id) }),
  },
  `select t.id, t.event_id, t.event_type, t.attempts_count, t.delivered or t.status = 'success' as delivered,
  t.erased_at is not null as erased
from
  $items as s
  cross join lateral (
    select id, event_id, event_type, attempts_count, delivered, status, erased_at
    from invocation
    where lane = $lane and webhook_id = $webhook_id and id = s.id
    offset 0
  ) as t`,
);
