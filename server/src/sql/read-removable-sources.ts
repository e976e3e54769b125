import { boolean } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A source of which rows may have to be removed. */
export interface RemovableSource {
  readonly id: string;
  readonly account_id: number;
  readonly deleted: boolean;
  readonly keep_months: number | null;
}

/** Reads the sources that were deleted, and those with a retention of their own; all, where the archive has one. */
export const readRemovableSources = query<boolean, RemovableSource>(
  'read-removable-sources',
  { every: boolean((every) => every) },
  `select id, account_id, deleted_at is not null as deleted, keep_months
from source
where deleted_at is not null or keep_months is not null or $every
order by id`,
);
