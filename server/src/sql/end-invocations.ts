import { idArray, int2Array, timeArray } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';
import type { LeaseRow } from './renew-leases.ts';

interface Params {
  readonly leases: readonly LeaseRow[];
  readonly reason: string;
}

/** Ends leased invocations that can never be sent, with the reason on the record. */
export const endInvocations = query<Params, never>(
  'end-invocations',
  `update invocation i
set status = 'failed', reason = $4, due_at = null, leased = false, manual = false
from unnest($1::smallint[], $2::uuid[], $3::timestamptz[]) as l (lane, id, leased_until)
where i.lane = l.lane and i.id = l.id and i.leased and i.due_at is not distinct from l.leased_until`,
  ({ leases, reason }) => [
    int2Array(leases.map((lease) => lease.lane)),
    idArray(leases.map((lease) => lease.invocationId)),
    timeArray(leases.map((lease) => lease.leasedUntilMs)),
    reason,
  ],
);
