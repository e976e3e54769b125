import { integer, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { NO_RESEND, RESEND } from './parts/resend-columns.ts';
import { forEachFamily } from './parts/trail-family.ts';
import type { AttemptRow } from './read-attempts.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly invocationId: string;
  /** The attempts from this number on, and of those before it the latest success. */
  readonly from: number;
}

/** An attempt without what was sent and received. */
export interface AttemptOutcomeRow
  extends Pick<
    AttemptRow,
    | 'id'
    | 'number'
    | 'manual'
    | 'resend_id'
    | 'job_id'
    | 'requested_by'
    | 'target_webhook_id'
    | 'reason'
    | 'recorded_at'
    | 'completed_at'
    | 'status'
    | 'status_code'
    | 'duration_ms'
    | 'error_message'
    | 'method'
    | 'url'
  > {
  /** False for what ended an archived invocation without a request. */
  readonly sent: boolean;
}

/** Reads how attempts of one invocation ended, newest first: one range of the primary key. */
export const readAttemptOutcomes = forEachFamily(({ family, named, tables }) => {
  const archived = family === 'archived';
  const columns = `id, number, manual, reason, recorded_at, status, status_code, duration_ms, error_message,
  method, url, ${archived ? `completed_at, sent, ${RESEND}` : `null::timestamptz as completed_at, true as sent, ${NO_RESEND}`}`;
  const key = `lane = $lane${archived ? ' and webhook_id = $webhook_id' : ''} and invocation_id = $invocation_id`;
  return query<Params, AttemptOutcomeRow>(
    named('read-attempt-outcomes'),
    {
      lane: smallint((p) => p.lane),
      ...(archived && { webhook_id: uuid((p: Params) => p.webhookId) }),
      invocation_id: uuid((p) => p.invocationId),
      from: integer((p) => p.from),
    },
    `select ${columns} from ${tables.attempt}
where ${key} and number >= $from
union all (
  select ${columns} from ${tables.attempt}
  where ${key} and number < $from and status = 'success'
  order by number desc
  limit 1
)
order by number desc`,
  );
});
