import { boolean, json, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { JobState } from '../model/job.ts';

interface Params {
  readonly id: string;
  readonly state: JobState;
  readonly busy: boolean;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly spec: unknown;
  readonly endedAtMs: number | null;
  /** Takes it from the node that holds it in its old state. */
  readonly released: boolean;
}

/** Writes what people changed of a job, whose row the transaction has locked. */
export const writeJob = query<Params, never>(
  'write-job',
  {
    id: uuid((p) => p.id),
    state: text((p) => p.state),
    busy: boolean((p) => p.busy),
    reason_code: text((p) => p.reasonCode),
    reason: text((p) => p.reason),
    spec: json((p) => p.spec),
    ended_at: timestamptzMs((p) => p.endedAtMs),
    released: boolean((p) => p.released),
  },
  `update job
set
  state = $state,
  busy = $busy,
  reason_code = $reason_code,
  reason = $reason,
  spec = $spec,
  ended_at = $ended_at,
  holder = case when $released then null else holder end,
  leased_until = case when $released then timestamptz '-infinity' else leased_until end
where id = $id`,
);
