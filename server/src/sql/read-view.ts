import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { StoredView } from './read-views.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Reads one saved view of an account. */
export const readView = query<Params, StoredView>(
  'read-view',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  `select id, name, screen, search, columns, updated_at
from saved_view
where account_id = $account_id and id = $id`,
);
