import { smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ErrorClass } from '../model/error-class.ts';
import type { ReasonCode } from '../model/reason-code.ts';
import type { Trigger } from '../model/trigger.ts';
import { forEachFamily } from './parts/trail-family.ts';
import type { InvocationRow } from './read-invocations.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly id: string;
}

/** A complete invocation. */
export interface WholeInvocationRow extends InvocationRow {
  readonly webhook_id: string;
  /** Null where it is unknown: of an archived one. */
  readonly event_id: string | null;
  readonly latest_at: Date;
  readonly manual: boolean;
  /** When the schedule resumes after a manual attempt. */
  readonly resume_at: Date | null;
  readonly reason: string | null;
  readonly reason_code: ReasonCode | null;
  /** Of the latest attempt that decided, like the next two; null in rows of earlier versions. */
  readonly duration_ms: number | null;
  readonly error_class: ErrorClass | null;
  /** Null without an attempt that decided, and in rows of earlier versions. */
  readonly trigger: Trigger | null;
  readonly erased_at: Date | null;
  /** Attempts, and what ended an archived invocation without one; they are numbered together. */
  readonly outcomes_count: number;
  /** Resends of an archived one. */
  readonly resends_count: number;
  /** Leases that ended without an outcome. */
  readonly lost_count: number;
  /** Of these, those whose node had recorded that it was about to send. */
  readonly blamed_count: number;
  /** The job that was the last one to send it again. */
  readonly job_id: string | null;
  /** The invocation that it is a copy of. */
  readonly origin_webhook_id: string | null;
  readonly origin_id: string | null;
  /** The last copy of it that a job has made. */
  readonly copy_webhook_id: string | null;
  readonly copy_id: string | null;
  /** JSON objects separated by commas; of a long one the end. */
  readonly history: string | null;
  readonly history_cut: boolean | null;
}

const LOCAL = `attempts_count as outcomes_count, 0 as resends_count, job_id, origin_webhook_id, origin_id, copy_webhook_id, copy_id`;

/** Nothing makes copies of it. */
const ARCHIVED = `outcomes_count, resends_count, job_id, null::uuid as origin_webhook_id,
  null::uuid as origin_id, null::uuid as copy_webhook_id, null::uuid as copy_id`;

/** Reads one invocation by its id, so from one partition. */
export const readInvocation = forEachFamily(({ family, named, tables }) =>
  query<Params, WholeInvocationRow>(
    named('read-invocation'),
    {
      lane: smallint((p) => p.lane),
      webhook_id: uuid((p) => p.webhookId),
      id: uuid((p) => p.id),
    },
    `select
  id, webhook_id, event_id, event_type, status, status_code, attempts_count, latest_at, due_at,
  leased, manual, resume_at, reason, reason_code, duration_ms, error_class,
  case when duration_ms is not null then coalesce(trigger, 'schedule') end as trigger, right(history, 16384) as history,
  length(history) > 16384 as history_cut, erased_at, lost_count, blamed_count,
  ${family === 'local' ? LOCAL : ARCHIVED},
  (extract(epoch from latest_at) * 1000000)::bigint as latest_at_us
from ${tables.invocation}
where lane = $lane and webhook_id = $webhook_id and id = $id`,
  ),
);
