import { idArray } from '../database/binary-arrays.ts';
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
  `select locked.id
from
  (select id from unnest($2::uuid[]) as u (id) order by id) as w
  cross join lateral (
    select id from invocation where lane = $1 and id = w.id for update
  ) as locked`,
  ({ lane, invocationIds }) => [lane, idArray(invocationIds)],
);
