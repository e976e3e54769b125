import { smallint, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { LeaseRow } from './renew-leases.ts';

/**
 * Records that a suspect's request is about to be sent, so that the death of its node can be blamed on
 * it. Returns no row if the lease is lost.
 */
export const beginSuspect = query<LeaseRow, { id: string }>(
  'begin-suspect',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    id: uuid((p) => p.invocationId),
    leased_until: timestamptzMs((p) => p.leasedUntilMs),
  },
  `update invocation
set begun = true
where lane = $lane and webhook_id = $webhook_id and id = $id
  and leased and due_at is not distinct from $leased_until
returning id`,
);
