import { rows, text } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ReasonCode } from '../model/reason-code.ts';
import { DELTA_PARAMETERS, type Marked } from './parts/delta-mark.ts';
import { ENDED_DELTA } from './parts/ended-delta.ts';
import { LEASE_COLUMNS, type LeaseRow } from './renew-leases.ts';

interface Params extends Marked {
  readonly leases: readonly LeaseRow[];
  readonly reason: string;
  readonly reasonCode: ReasonCode;
  /** The end, as JSON for the history. */
  readonly entry: string;
}

/** Ends leased invocations that can never be sent, and records the reason. Returns those that it ended. */
export const endInvocations = query<Params, { id: string }>(
  'end-invocations',
  {
    leases: rows((p) => p.leases, LEASE_COLUMNS),
    reason: text((p) => p.reason),
    reason_code: text((p) => p.reasonCode),
    entry: text((p) => p.entry),
    ...DELTA_PARAMETERS,
  },
  `with ended as (
update invocation i
set status = 'failed', reason = $reason, reason_code = $reason_code, due_at = null, leased = false,
  manual = false, begun = false, history = coalesce(i.history || ',', '') || $entry
from $leases as l
where i.lane = l.lane and i.webhook_id = l.webhook_id and i.id = l.id
  and i.leased and i.due_at is not distinct from l.leased_until
returning i.lane, i.webhook_id, i.id, i.status, i.error_class
),
appended as (
${ENDED_DELTA}
)
select id from ended`,
  { appendsIn: ({ leases }) => leases[0]?.lane },
);
