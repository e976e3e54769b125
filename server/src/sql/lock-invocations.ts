import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly invocationIds: readonly string[];
}

/**
 * Waits for running changes of these invocations and locks them until the transaction ends. They
 * belong to one lane, because one statement cannot lock rows of several on a Citus cluster. It
 * looks them up one by one, because "= any" excludes no partition.
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
