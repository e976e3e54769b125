import { text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly name: string;
  readonly value: string;
}

/** Writes a database-wide value unless it exists. */
export const keepSetting = query<Params, never>(
  'keep-setting',
  {
    name: text((p) => p.name),
    value: text((p) => p.value),
  },
  'insert into setting (name, value) values ($name, $value) on conflict (name) do nothing',
);
