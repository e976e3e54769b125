import { idArray, int2Array, timeArray } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';

export interface LeaseRow {
  readonly lane: number;
  readonly invocationId: string;
  /** The lease as the database gave it. */
  readonly leasedUntilMs: number;
}

interface Params {
  readonly leases: readonly LeaseRow[];
  readonly leaseMs: number;
}

/**
 * Extends the leases that still hold, and returns those. Somebody else's lease is never extended.
 *
 * `is not distinct from` here and wherever a lease is compared: with `=` PostgreSQL 15 finds the row by
 * `invocation_due` and reads all that is due in the lane.
 */
export const renewLeases = query<Params, { id: string; leased_until: Date }>(
  'renew-leases',
  `update invocation i
set due_at = date_trunc('milliseconds', now()) + $4::float8 * interval '1 millisecond'
from unnest($1::smallint[], $2::uuid[], $3::timestamptz[]) as l (lane, id, leased_until)
where i.lane = l.lane and i.id = l.id and i.leased and i.due_at is not distinct from l.leased_until
returning i.id, i.due_at as leased_until`,
  ({ leases, leaseMs }) => [
    int2Array(leases.map((lease) => lease.lane)),
    idArray(leases.map((lease) => lease.invocationId)),
    timeArray(leases.map((lease) => lease.leasedUntilMs)),
    leaseMs,
  ],
);
