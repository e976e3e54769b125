import { insertInto } from '../database/insert-into.ts';
import { bigint, json, text, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { JobKindName } from '../model/job.ts';
import { JOB_COLUMNS, type JobRow } from './parts/job-row.ts';

interface Params {
  readonly id: string;
  readonly accountId: number;
  readonly kind: JobKindName;
  readonly requestedBy: string;
  readonly note: string | null;
  readonly spec: unknown;
  readonly progress: unknown;
}

const COLUMNS: Parameters<Params> = {
  id: uuid((p) => p.id),
  account_id: bigint((p) => p.accountId),
  kind: text((p) => p.kind),
  state: text(() => 'waiting'),
  stage: text(() => 'selecting'),
  requested_by: text((p) => p.requestedBy),
  note: text((p) => p.note),
  spec: json((p) => p.spec),
  progress: json((p) => p.progress),
};

/** Creates a job, which waits for a node. */
export const insertJob = query<Params, JobRow>(
  'insert-job',
  COLUMNS,
  `${insertInto('job', COLUMNS)}
returning ${JOB_COLUMNS}`,
);
