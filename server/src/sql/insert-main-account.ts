import { query } from '../database/query.ts';

/**
 * Creates account 1 if it does not exist, and locks its row until the transaction ends: when
 * several nodes start together, the others wait here until the first has created its token.
 */
export const insertMainAccount = query<void, never>(
  'insert-main-account',
  {},
  `insert into account (id, name)
values (1, 'main')
on conflict (id) do update set name = account.name`,
);
