import { textArray } from '../database/binary-arrays.ts';
import { insertInto } from '../database/insert-into.ts';
import { bigint, bytea, integer, scalar, text, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';

interface Params {
  readonly jobId: string;
  readonly number: number;
  readonly accountId: number;
  readonly folder: string;
  readonly name: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly rows: number;
  readonly bytes: number;
  /** Null while it is written. */
  readonly sha256: Uint8Array | null;
  /** Of a store: the tags of the parts that it has. */
  readonly parts: readonly string[] | null;
  /** What is too small for a part. */
  readonly tail: Uint8Array | null;
}

const COLUMNS: Parameters<Params> = {
  job_id: uuid((p) => p.jobId),
  number: integer((p) => p.number),
  account_id: bigint((p) => p.accountId),
  folder: text((p) => p.folder),
  name: text((p) => p.name),
  day: scalar<string>('date')((p: Params) => p.day),
  rows: bigint((p) => p.rows),
  bytes: bigint((p) => p.bytes),
  sha256: bytea((p) => p.sha256),
  parts: scalar<readonly string[]>('text[]', textArray)((p: Params) => p.parts),
  tail: bytea((p) => p.tail),
};

/** Writes how far a file of an export has come. */
export const writeJobFile = query<Params, never>(
  'write-job-file',
  COLUMNS,
  `${insertInto('job_file', COLUMNS)}
on conflict (job_id, number) do update
  set rows = excluded.rows, bytes = excluded.bytes, sha256 = excluded.sha256,
    parts = excluded.parts, tail = excluded.tail`,
);
