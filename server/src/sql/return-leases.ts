import { rows } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { commonDay } from '../model/common-day.ts';
import { LEASE_COLUMNS, type LeaseRow } from './renew-leases.ts';

/**
 * Returns leased invocations that were not sent: they are due immediately, for any node, and nothing was
 * begun. Leases of one day name its partition, as in `renewLeases`.
 */
export const returnLeases = query<readonly LeaseRow[], never>(
  'return-leases',
  {
    leases: rows((leases) => leases, LEASE_COLUMNS),
  },
  `update invocation@day i
set due_at = now(), leased = false, begun = false
from $leases as l
where i.lane = l.lane and i.webhook_id = l.webhook_id and i.id = l.id
  and i.leased and i.due_at is not distinct from l.leased_until`,
  {
    dayOf: (leases) => commonDay(leases.map(({ invocationId }) => invocationId)),
    lanesOf: (leases) => leases.map(({ lane }) => lane),
  },
);
