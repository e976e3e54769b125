import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Takes a lock until the end of the transaction, if nobody has it. */
export const tryLock = query<number, { locked: boolean }>(
  'try-lock',
  { key: bigint((key) => key) },
  'select pg_try_advisory_xact_lock($key) as locked',
);
