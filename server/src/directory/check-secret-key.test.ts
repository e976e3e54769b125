import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql } from '../testing/test-node.ts';
import { checkSecretKey, WrongSecretKey } from './check-secret-key.ts';

let test: TestDatabase;
let database: Database;
beforeEach(async () => {
  test = await createTestDatabase();
  database = openDatabase(test.url, { connections: 4, log: pino({ level: 'silent' }) });
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

it('accepts the first key, and no other afterwards', async () => {
  const key = randomBytes(32);
  await checkSecretKey(database, createSecretBox(key));
  await checkSecretKey(database, createSecretBox(key));
  const other = createSecretBox(randomBytes(32));
  await expect(checkSecretKey(database, other)).rejects.toBeInstanceOf(WrongSecretKey);
  await expect(checkSecretKey(database, other)).rejects.toThrow(/HOOKTRAIL_SECRET_KEY/);
  await checkSecretKey(database, createSecretBox(key));
});

it('accepts one key when nodes with different keys start at the same time', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, () => checkSecretKey(database, createSecretBox(randomBytes(32)))),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('does not store the key in the database', async () => {
  const key = randomBytes(32);
  await checkSecretKey(database, createSecretBox(key));
  const [row] = await sql<{ value: string }>(test.url, 'select value from setting');
  expect(Buffer.from(row?.value as string, 'base64').includes(key)).toBe(false);
});
