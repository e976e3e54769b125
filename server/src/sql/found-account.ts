import { query } from '../database/query.ts';

/**
 * Makes account 1 if there is none. Either way its row is locked until the transaction ends: of nodes
 * that start together, the others wait here until the first has made its token.
 */
export const foundAccount = query<void, never>(
  'found-account',
  {},
  `insert into account (id, name)
values (1, 'main')
on conflict (id) do update set name = account.name`,
);
