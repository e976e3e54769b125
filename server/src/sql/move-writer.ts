import { bigint, bigints, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly id: string;
  readonly next: number;
  readonly missing: readonly number[];
  readonly low: number;
}

/** Writes how far a writer is folded, in the transaction that folds. */
export const moveWriter = query<Params, never>(
  'move-writer',
  {
    id: uuid((p) => p.id),
    next: bigint((p) => p.next),
    missing: bigints((p) => p.missing),
    low: bigint((p) => p.low),
  },
  'update writer set next_number = $next, missing = $missing, low = $low where id = $id',
);
