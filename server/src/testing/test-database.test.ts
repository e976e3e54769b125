import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './test-database.ts';

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

test('every test database is migrated and separate', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const client = await connect(one.url);
  await client.query('create table only_here ()');
  const migrations = await client.query('select from migration');
  await client.end();
  expect(migrations.rowCount).toBeGreaterThan(0);

  const other = await connect(two.url);
  const found = await other.query(`select to_regclass('only_here') as name`);
  await other.end();
  expect(found.rows).toEqual([{ name: null }]);

  await one.drop();
  await two.drop();
  await expect(connect(one.url)).rejects.toThrow(/does not exist/);
});

test('a leaked connection is an error that names its last statement', async () => {
  const database = await createTestDatabase(undefined, 100);
  const client = await connect(database.url);
  await client.query('select 42 as leaked');
  await expect(database.drop()).rejects.toThrow(/leaked:\nprocess .*: select 42 as leaked/);
  await client.end();
});
