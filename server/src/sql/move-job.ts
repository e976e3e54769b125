import { boolean, float8, json, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { JobStage, JobState } from '../model/job.ts';

interface Params {
  readonly id: string;
  readonly holder: string;
  /** The state in which it is held: a job that people paused or cancelled meanwhile does not move. */
  readonly from: JobState;
  readonly to: JobState;
  readonly stage: JobStage;
  readonly busy: boolean;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly progress: unknown;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** How long the lease goes on; 0 returns it. */
  readonly leaseMs: number;
}

/** Moves a job that is held and extends its lease; no row if it is no longer held in this state. */
export const moveJob = query<Params, { spec: unknown }>(
  'move-job',
  {
    id: uuid((p) => p.id),
    holder: uuid((p) => p.holder),
    from: text((p) => p.from),
    to: text((p) => p.to),
    stage: text((p) => p.stage),
    busy: boolean((p) => p.busy),
    reason_code: text((p) => p.reasonCode),
    reason: text((p) => p.reason),
    progress: json((p) => p.progress),
    started_at: timestamptzMs((p) => p.startedAtMs),
    ended_at: timestamptzMs((p) => p.endedAtMs),
    lease_ms: float8((p) => p.leaseMs),
  },
  `update job j
set
  state = $to,
  stage = $stage,
  busy = $busy,
  reason_code = $reason_code,
  reason = $reason,
  progress = $progress,
  started_at = $started_at,
  ended_at = $ended_at,
  leased_until = now() + $lease_ms * interval '1 millisecond'
where j.id = $id and j.holder = $holder and j.state = $from
returning j.spec`,
);
