import { insertInto } from '../database/insert-into.ts';
import { bigint, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import { SOURCE_SETTINGS, type SourceSettingsRow } from './parts/source-settings.ts';

interface Params extends SourceSettingsRow {
  readonly id: string;
  readonly accountId: number;
}

const COLUMNS: Parameters<Params> = {
  id: uuid((p) => p.id),
  account_id: bigint((p) => p.accountId),
  ...SOURCE_SETTINGS,
};

/** Creates a source, which a node polls at once. */
export const insertSource = query<Params, never>(
  'insert-source',
  COLUMNS,
  insertInto('source', COLUMNS),
);
