import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { explainDatabaseError } from './explain-database-error.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** How a statement fails on a connection to which `happens` happened first. */
async function failureAfter(happens: (client: pg.Client) => Promise<unknown>): Promise<unknown> {
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  await happens(client);
  const failure = await client.query('select 1').catch((error: unknown) => error);
  await client.end();
  return failure;
}

test.each<[string, (client: pg.Client) => Promise<unknown>]>([
  [
    'PostgreSQL ended it between two statements',
    async (client) => {
      const ended = new Promise((resolve) => client.once('end', resolve));
      await client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
      await ended;
    },
  ],
  ['it was closed', (client) => client.end()],
])('a start whose connection is lost says so in one line: %s', async (_what, happens) => {
  expect(explainDatabaseError(await failureAfter(happens), 'postgresql://db.test/x')).toMatch(
    /^db\.test:5432 closed the connection \(Client .* is not queryable\): /,
  );
});
