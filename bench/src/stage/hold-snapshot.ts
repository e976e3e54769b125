import pg from 'pg';

/**
 * Opens a transaction that sees the database as it is now, as a dump does, and that has a number of its own, as
 * one that has written. Vacuuming removes nothing that is newer. The returned function ends it.
 */
export async function holdSnapshot(databaseUrl: string): Promise<() => Promise<void>> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'somebody else',
    options: '-c idle_in_transaction_session_timeout=0 -c transaction_timeout=0',
  });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select pg_current_xact_id(), (select count(*) from webhook)');
  return async () => {
    // Fails where something ended it meanwhile: then nothing was measured.
    await client.query('commit');
    await client.end();
  };
}
