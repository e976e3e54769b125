import { query } from '../database/query.ts';

interface Params {
  readonly name: string;
  readonly value: string;
}

/** Writes a value of the whole database if it has none yet. */
export const keepSetting = query<Params, never>(
  'keep-setting',
  'insert into setting (name, value) values ($1, $2) on conflict (name) do nothing',
  ({ name, value }) => [name, value],
);
