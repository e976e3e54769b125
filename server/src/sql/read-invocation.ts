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
  /** Attempts, and what ended an archived invocation without one; they are numbered together. */
  readonly outcomes_count: number;
  /** Leases that ended without an outcome. */
  readonly lost_count: number;
  /** Of these, those whose node had recorded that it was about to send. */
  readonly blamed_count: number;
  /** JSON objects separated by commas; of a long one the end. */
  readonly history: string | null;
  readonly history_cut: boolean | null;
}

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
  length(history) > 16384 as history_cut, lost_count, blamed_count,
  ${family === 'local' ? 'attempts_count as outcomes_count' : 'outcomes_count'},
  (extract(epoch from latest_at) * 1000000)::bigint as latest_at_us
from ${tables.invocation}
where lane = $lane and webhook_id = $webhook_id and id = $id`,
  ),
);
