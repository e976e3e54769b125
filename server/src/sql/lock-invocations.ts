import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly invocations: readonly { readonly webhookId: string; readonly invocationId: string }[];
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
    invocations: rows((p: Params) => p.invocations, {
      webhook_id: uuid((row) => row.webhookId),
      id: uuid((row) => row.invocationId),
    }),
  },
  `select locked.id
from
  (select webhook_id, id from $invocations as u order by id) as w
  cross join lateral (
    select id from invocation
    where lane = $lane and webhook_id = w.webhook_id and id = w.id
    for update
  ) as locked`,
);
