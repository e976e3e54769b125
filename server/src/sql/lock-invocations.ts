import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly invocationIds: readonly string[];
}

/**
 * Waits for whoever is changing these invocations and keeps others from it until the transaction ends. Those
 * of one lane: on a Citus cluster, rows of several cannot be locked in one statement. One by
 * one: with "= any" no partition is left out.
 */
export const lockInvocations = query<Params, { id: string }>(
  'lock-invocations',
  {
    lane: smallint((p) => p.lane),
    invocations: rows((p: Params) => p.invocationIds, { id: uuid((id) => id) }),
  },
  `select locked.id
from
  (select id from $invocations as u order by id) as w
  cross join lateral (
    select id from invocation where lane = $lane and id = w.id for update
  ) as locked`,
);
