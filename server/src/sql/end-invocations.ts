import { rows, text } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ReasonCode } from '../model/reason-code.ts';
import { LEASE_COLUMNS, type LeaseRow } from './renew-leases.ts';

interface Params {
  readonly leases: readonly LeaseRow[];
  readonly reason: string;
  readonly reasonCode: ReasonCode;
  /** The end, as JSON for the history. */
  readonly entry: string;
}

/** Ends leased invocations that can never be sent, and records the reason. */
export const endInvocations = query<Params, never>(
  'end-invocations',
  {
    leases: rows((p) => p.leases, LEASE_COLUMNS),
    reason: text((p) => p.reason),
    reason_code: text((p) => p.reasonCode),
    entry: text((p) => p.entry),
  },
  `update invocation i
set status = 'failed', reason = $reason, reason_code = $reason_code, due_at = null, leased = false,
  manual = false, begun = false, history = coalesce(i.history || ',', '') || $entry
from $leases as l
where i.lane = l.lane and i.webhook_id = l.webhook_id and i.id = l.id
  and i.leased and i.due_at is not distinct from l.leased_until`,
);
