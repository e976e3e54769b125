import type pg from 'pg';

/** Whether Citus distributes a table. */
export async function isDistributed(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ citus: boolean }>(
    `select to_regclass('pg_dist_partition') is not null as citus`,
  );
  if (!rows[0]?.citus) return false;
  const { rowCount } = await client.query(
    'select from pg_dist_partition where logicalrelid = to_regclass($1)',
    [table],
  );
  return rowCount !== 0;
}
