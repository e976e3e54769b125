import { query } from '../database/query.ts';

/** Writes the row of the lease, once a database. */
export const makeAlertLease = query<undefined, never>(
  'make-alert-lease',
  {},
  `insert into alert_lease (id, until_at, heartbeat_due_at)
values (1, '-infinity', '-infinity')
on conflict (id) do nothing`,
);
