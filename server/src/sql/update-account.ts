import { query } from '../database/query.ts';
import type { Profile } from '../directory/profiles.ts';

interface Params {
  readonly id: number;
  readonly name: string | undefined;
  readonly profile: Profile | undefined;
}

/** Changes what is given of an account. */
export const updateAccount = query<Params, { id: number }>(
  'update-account',
  `update account
set name = coalesce($2, name), profile = coalesce($3, profile)
where id = $1
returning id`,
  ({ id, name, profile }) => [id, name ?? null, profile ?? null],
);
