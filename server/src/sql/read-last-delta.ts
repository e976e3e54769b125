import { uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** The latest delta of a writer by its number: none below `low` was in flight when it was sent. */
export interface LastDelta {
  readonly number: number;
  readonly low: number;
  readonly made_at: Date;
}

/** Reads the last delta of a writer: the end of one index range. */
export const readLastDelta = query<{ writer: string }, LastDelta>(
  'read-last-delta',
  { writer: uuid((p) => p.writer) },
  `select number, low, made_at from delta
where writer = $writer
order by number desc
limit 1`,
);
