import { query } from '../database/query.ts';

/**
 * Reads whether a job may have erased something since this transaction began: one is at work, or its last move,
 * after which it is held for a while, is no older.
 */
export const readErasing = query<void, { at_work: boolean }>(
  'read-erasing',
  {},
  `select exists (
  select from job
  where kind = 'erase'
    and ((busy and state in ('selecting', 'running')) or leased_until >= now())
) as at_work`,
);
