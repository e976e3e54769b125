import { idArray, int2Array, timeArray } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';
import type { LeaseRow } from './renew-leases.ts';

/** Gives back what was leased and not sent: it is due at once, for any node. */
export const returnLeases = query<readonly LeaseRow[], never>(
  'return-leases',
  `update invocation i
set due_at = now(), leased = false
from unnest($1::smallint[], $2::uuid[], $3::timestamptz[]) as l (lane, id, leased_until)
where i.lane = l.lane and i.id = l.id and i.leased and i.due_at is not distinct from l.leased_until`,
  (leases) => [
    int2Array(leases.map((lease) => lease.lane)),
    idArray(leases.map((lease) => lease.invocationId)),
    timeArray(leases.map((lease) => lease.leasedUntilMs)),
  ],
);
