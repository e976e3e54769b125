import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly invocationIds: readonly string[];
}

/** Reads which of some archived invocations were erased. */
export const readArchivedErasures = query<Params, { id: string }>(
  'read-archived-erasures',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    invocations: rows((p: Params) => p.invocationIds, { id: uuid((id) => id) }),
  },
  `select t.id
from
  $invocations as s
  cross join lateral (
    select id, erased_at
    from archive_invocation
    where lane = $lane and webhook_id = $webhook_id and id = s.id
    offset 0
  ) as t
where t.erased_at is not null`,
);
