import { query } from '../database/query.ts';

/** Reads a value of the whole database. */
export const readSetting = query<string, { value: string }>(
  'read-setting',
  'select value from setting where name = $1',
  (name) => [name],
);
