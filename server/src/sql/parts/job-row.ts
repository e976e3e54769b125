import type { JobKindName, JobStage, JobState } from '../../model/job.ts';

/** A job as it is stored; what `spec` and `progress` have is up to its kind. */
export interface JobRow {
  readonly id: string;
  readonly account_id: number;
  readonly kind: JobKindName;
  readonly state: JobState;
  readonly stage: JobStage;
  readonly busy: boolean;
  readonly reason_code: string | null;
  readonly reason: string | null;
  readonly requested_by: string;
  readonly note: string | null;
  readonly spec: unknown;
  readonly progress: unknown;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

const NAMES = [
  'id',
  'account_id',
  'kind',
  'state',
  'stage',
  'busy',
  'reason_code',
  'reason',
  'requested_by',
  'note',
  'spec',
  'progress',
  'started_at',
  'ended_at',
];

/** The columns of `JobRow`. */
export const JOB_COLUMNS = NAMES.join(', ');

/** The same, of a table that has an alias. */
export const jobColumnsOf = (alias: string): string =>
  NAMES.map((name) => `${alias}.${name}`).join(', ');
