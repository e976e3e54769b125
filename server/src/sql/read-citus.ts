import { query } from '../database/query.ts';

/** Whether the database is part of a Citus cluster. */
export const readCitus = query<undefined, { citus: boolean }>(
  'read-citus',
  {},
  `select to_regclass('pg_dist_partition') is not null as citus`,
);
