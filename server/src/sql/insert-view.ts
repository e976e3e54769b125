import { insertInto } from '../database/insert-into.ts';
import { bigint, text, texts, timestamptzMs, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
  readonly name: string;
  readonly screen: string;
  readonly search: string;
  readonly columns: readonly string[];
  readonly updatedMs: number;
}

const COLUMNS: Parameters<Params> = {
  account_id: bigint((p) => p.accountId),
  id: uuid((p) => p.id),
  name: text((p) => p.name),
  screen: text((p) => p.screen),
  search: text((p) => p.search),
  columns: texts((p) => p.columns),
  updated_at: timestamptzMs((p) => p.updatedMs),
};

/** Creates a saved view. */
export const insertView = query<Params, never>(
  'insert-view',
  COLUMNS,
  insertInto('saved_view', COLUMNS),
);
