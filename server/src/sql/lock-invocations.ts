import { idArray, int2Array } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly invocationId: string;
}

/** Waits for whoever is changing these invocations and keeps others from it until the transaction ends. */
export const lockInvocations = query<readonly Params[], { id: string }>(
  'lock-invocations',
  `select i.id
from unnest($1::smallint[], $2::uuid[]) as w (lane, id)
join invocation i on i.lane = w.lane and i.id = w.id
order by i.lane, i.id
for update of i`,
  (rows) => [int2Array(rows.map((row) => row.lane)), idArray(rows.map((row) => row.invocationId))],
);
