import { bigint, text, texts, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
  readonly name: string;
  readonly screen: string;
  readonly search: string;
  readonly columns: readonly string[];
  readonly updatedMs: number;
}

/** Replaces a saved view. */
export const updateView = query<Params, never>(
  'update-view',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
    name: text((p) => p.name),
    screen: text((p) => p.screen),
    search: text((p) => p.search),
    columns: texts((p) => p.columns),
    updated_at: timestamptzMs((p) => p.updatedMs),
  },
  `update saved_view
set name = $name, screen = $screen, search = $search, columns = $columns, updated_at = $updated_at
where account_id = $account_id and id = $id`,
);
