import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { StoredView } from './read-views.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Deletes one saved view of an account. */
export const deleteView = query<Params, StoredView>(
  'delete-view',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  `delete from saved_view
where account_id = $account_id and id = $id
returning id, name, screen, search, columns, updated_at`,
);
