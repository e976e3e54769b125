import { rows } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { LEASE_COLUMNS, type LeaseRow } from './renew-leases.ts';

/** Gives back what was leased and not sent: it is due at once, for any node. */
export const returnLeases = query<readonly LeaseRow[], never>(
  'return-leases',
  {
    leases: rows((leases) => leases, LEASE_COLUMNS),
  },
  `update invocation i
set due_at = now(), leased = false
from $leases as l
where i.lane = l.lane and i.id = l.id and i.leased and i.due_at is not distinct from l.leased_until`,
);
