import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

export interface WriterRow {
  readonly id: string;
  /** The deltas below it are folded, but for the missing ones. */
  readonly next_number: number;
  readonly missing: readonly number[];
  readonly low: number;
}

/** Locks how far a writer is folded; no row while another node folds it. */
export const lockWriter = query<string, WriterRow>(
  'lock-writer',
  { id: uuid((id: string) => id) },
  `select id, next_number, missing::float8[] as missing, low
from writer
where id = $id
for update skip locked`,
);
