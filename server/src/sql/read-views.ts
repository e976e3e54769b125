import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A saved view. */
export interface StoredView {
  readonly id: string;
  readonly name: string;
  readonly screen: string;
  readonly search: string;
  readonly columns: readonly string[];
  readonly updated_at: Date;
}

/** Reads all saved views of an account, newest first. Their number is bounded when they are made. */
export const readViews = query<number, StoredView>(
  'read-views',
  { account_id: bigint((accountId) => accountId) },
  `select id, name, screen, search, columns, updated_at
from saved_view
where account_id = $account_id
order by account_id desc, id desc`,
);
