import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { openDatabase } from './database.ts';
import { query } from './query.ts';
import { sessionOf } from './session-of.ts';
import { SESSION_SETTINGS } from './session-settings.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function shown(url: string, names: readonly string[]): Promise<Record<string, string>> {
  const client = new pg.Client(sessionOf(url));
  await client.connect();
  try {
    const found: Record<string, string> = {};
    for (const name of names) {
      const { rows } = await client.query('select current_setting($1) as value', [name]);
      found[name] = rows[0].value;
    }
    return found;
  } finally {
    await client.end();
  }
}

describe('sessionOf', () => {
  test('sets all of its settings', async () => {
    expect(await shown(database.url, Object.keys(SESSION_SETTINGS))).toEqual(SESSION_SETTINGS);
  });

  test.each([
    ['alone', '-c%20search_path%3Dpg_catalog'],
    ['with a plus for the blank', '-c+search_path%3Dpg_catalog'],
    ['that contradict ours', '-c+search_path%3Dpg_catalog+-c+plan_cache_mode%3Dauto+-c+jit%3Don'],
  ])('keeps options of the URL, %s', async (_, options) => {
    const [base = '', parameters = 'application_name=x'] = database.url.split('?');
    for (const query of [
      `options=${options}`,
      `options=${options}&${parameters}`,
      `${parameters}&options=${options}`,
      `${parameters}&options=${options}&application_name=y`,
    ]) {
      const url = `${base}?${query}`;
      expect(await shown(url, ['search_path', ...Object.keys(SESSION_SETTINGS)])).toEqual({
        search_path: 'pg_catalog',
        ...SESSION_SETTINGS,
      });
    }
  });

  test('reads times right where the role or the database has another form of dates', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `do $$ begin execute format('alter database %I set datestyle = %L', current_database(), 'German'); end $$`,
    );
    await client.end();
    const own = openDatabase(database.url, { connections: 1, log: pino({ level: 'silent' }) });
    const time = query<undefined, { time: Date }>(
      'read-a-time',
      {},
      `select timestamptz '2026-02-01T10:20:30.125Z' as time`,
    );
    const [row] = await own.run(time, undefined);
    await own.close();
    expect(row?.time.toISOString()).toBe('2026-02-01T10:20:30.125Z');
  });
});
