import { float8, rows, smallint, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

export interface LeaseRow {
  readonly lane: number;
  readonly invocationId: string;
  /** The lease as the database gave it. */
  readonly leasedUntilMs: number;
}

/** How rows of leases are sent. */
export const LEASE_COLUMNS = {
  lane: smallint((lease: LeaseRow) => lease.lane),
  id: uuid((lease: LeaseRow) => lease.invocationId),
  leased_until: timestamptzMs((lease: LeaseRow) => lease.leasedUntilMs),
};

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
  {
    leases: rows((p) => p.leases, LEASE_COLUMNS),
    lease_ms: float8((p) => p.leaseMs),
  },
  `update invocation i
set due_at = date_trunc('milliseconds', now()) + $lease_ms * interval '1 millisecond'
from $leases as l
where i.lane = l.lane and i.id = l.id and i.leased and i.due_at is not distinct from l.leased_until
returning i.id, i.due_at as leased_until`,
);
