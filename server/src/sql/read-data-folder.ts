import { query } from '../database/query.ts';

/**
 * Reads where PostgreSQL keeps its files: one row, or none for a user who may not know
 * (a member of pg_read_all_settings may).
 */
export const readDataFolder = query<undefined, { readonly folder: string | null }>(
  'read-data-folder',
  {},
  `select setting as folder from pg_settings where name = 'data_directory'`,
);
