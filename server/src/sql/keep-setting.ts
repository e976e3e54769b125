import { text } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly name: string;
  readonly value: string;
}

/** Writes a value of the whole database if it has none yet. */
export const keepSetting = query<Params, never>(
  'keep-setting',
  {
    name: text((p) => p.name),
    value: text((p) => p.value),
  },
  'insert into setting (name, value) values ($name, $value) on conflict (name) do nothing',
);
