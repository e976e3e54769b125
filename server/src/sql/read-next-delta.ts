import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly writer: string;
  readonly number: number;
}

/** Reads when the first delta of a writer was made that has a number or a higher one. */
export const readNextDelta = query<Params, { number: number; made_at: Date }>(
  'read-next-delta',
  { writer: uuid((p) => p.writer), number: bigint((p) => p.number) },
  `select number, made_at from delta
where writer = $writer and number >= $number
order by number
limit 1`,
);
