import type pg from 'pg';

const TIMEOUTS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  // Since PostgreSQL 17.
  'transaction_timeout',
];

/**
 * Ends the timeouts that a role or a database may set, for a session whose statements may wait for others
 * for minutes. It sets only what this PostgreSQL knows.
 */
export async function endTimeouts(client: pg.Client): Promise<void> {
  await client.query(`select set_config(name, '0', false) from pg_settings where name = any ($1)`, [
    TIMEOUTS,
  ]);
}
