import { json, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly id: string;
  readonly spec: unknown;
}

/** Writes what a job is asked for; run it in the transaction that moves the job. */
export const writeJobSpec = query<Params, never>(
  'write-job-spec',
  { id: uuid((p) => p.id), spec: json((p) => p.spec) },
  'update job set spec = $spec where id = $id',
);
