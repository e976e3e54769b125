import { integer, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AttemptStatus } from '../model/delivery-status.ts';
import { laneOf } from '../model/lanes.ts';

/** An invocation that a job has made due. */
export interface SentInvocation {
  readonly webhookId: string;
  readonly id: string;
  /** Its attempts before. */
  readonly after: number;
}

interface Params {
  readonly jobId: string;
  readonly sent: readonly SentInvocation[];
}

const JOB = (p: Params) => p.jobId;

export interface JobOutcomeRow {
  readonly webhook_id: string;
  readonly id: string;
  /** Its attempt is due or in flight. */
  readonly waiting: boolean;
  readonly attempts_count: number;
  readonly reason_code: string | null;
  readonly delivered: boolean;
  /** Of the attempt; null without one. */
  readonly status: AttemptStatus | null;
  readonly reason: string | null;
}

/**
 * Reads what became of invocations that a job has made due: the first attempt after that decides, except
 * one over a kept connection that was closed, which is followed by another under the same lease. Those
 * without a row are no longer kept.
 */
export const readJobOutcomes = query<Params, JobOutcomeRow>(
  'read-job-outcomes',
  {
    job_id: uuid(JOB),
    sent: rows((p: Params) => p.sent, {
      lane: smallint((item) => laneOf(item.webhookId)),
      webhook_id: uuid((item) => item.webhookId),
      id: uuid((item) => item.id),
      after_number: integer((item) => item.after),
    }),
  },
  `select
  i.webhook_id, i.id, i.manual and i.by_job and i.job_id = $job_id as waiting, i.attempts_count,
  i.reason_code, i.delivered, a.status, a.reason
from
  $sent as s
  join invocation i on i.lane = s.lane and i.webhook_id = s.webhook_id and i.id = s.id
  left join lateral (
    select status, reason
    from attempt
    where lane = s.lane and invocation_id = s.id and number > s.after_number
    order by coalesce(reason like '%sent again at once on a new one', false), number
    limit 1
  ) a on true`,
  { laneByLane: true },
);
