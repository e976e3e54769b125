import { float8, rows, smallint, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { commonDay } from '../model/common-day.ts';

export interface LeaseRow {
  readonly lane: number;
  readonly webhookId: string;
  readonly invocationId: string;
  /** The lease, as the database returned it. */
  readonly leasedUntilMs: number;
}

/** The columns of leases, as statements send them. */
export const LEASE_COLUMNS = {
  lane: smallint((lease: LeaseRow) => lease.lane),
  webhook_id: uuid((lease: LeaseRow) => lease.webhookId),
  id: uuid((lease: LeaseRow) => lease.invocationId),
  leased_until: timestamptzMs((lease: LeaseRow) => lease.leasedUntilMs),
};

interface Params {
  readonly leases: readonly LeaseRow[];
  readonly leaseMs: number;
}

/**
 * Extends the leases that still hold, and returns those. It never extends another node's lease.
 *
 * Leases are compared with `is not distinct from`, here and elsewhere: with `=`, PostgreSQL 15
 * searches `invocation_due` and reads every due row of the lane.
 *
 * Leases of one day name its partition: with 90 days, a plan over all of them takes 1.5 ms more
 * (docs/decisions/day-statements.md).
 */
export const renewLeases = query<Params, { id: string; leased_until: Date }>(
  'renew-leases',
  {
    leases: rows((p) => p.leases, LEASE_COLUMNS),
    lease_ms: float8((p) => p.leaseMs),
  },
  `update invocation@day i
set due_at = date_trunc('milliseconds', now()) + $lease_ms * interval '1 millisecond'
from $leases as l
where i.lane = l.lane and i.webhook_id = l.webhook_id and i.id = l.id
  and i.leased and i.due_at is not distinct from l.leased_until
returning i.id, i.due_at as leased_until`,
  {
    dayOf: ({ leases }) => commonDay(leases.map(({ invocationId }) => invocationId)),
    lanesOf: ({ leases }) => leases.map(({ lane }) => lane),
  },
);
