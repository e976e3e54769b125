import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly writer: string;
  /** Inclusive. */
  readonly first: number;
  readonly last: number;
}

/** Reads which numbers of a writer have a delta. */
export const readDeltaNumbers = query<Params, { number: number }>(
  'read-delta-numbers',
  {
    writer: uuid((p) => p.writer),
    first: bigint((p) => p.first),
    last: bigint((p) => p.last),
  },
  'select number from delta where writer = $writer and number >= $first and number <= $last',
);
