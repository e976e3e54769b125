import { text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Reads a database-wide value. */
export const readSetting = query<string, { value: string }>(
  'read-setting',
  {
    name: text((name) => name),
  },
  'select value from setting where name = $name',
);
