import { eventually } from '@hooktrail/harness/eventually';
import { sql } from '@hooktrail/harness/sql';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from './database/database.ts';
import type { Listener } from './database/listen.ts';
import type { Delivery } from './deliver/create-delivery.ts';
import { createDirectory, type DirectoryCache } from './directory/create-directory.ts';
import { ensureMainAccount } from './directory/ensure-main-account.ts';
import { followChanges } from './follow-changes.ts';
import { newId } from './model/ids.ts';
import { Unavailable } from './model/unavailable.ts';
import { createSecretBox } from './secrets/secret-box.ts';
import { tokenHash } from './secrets/token-hash.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

const FAILED = /^could not reload/;
const RELOADED = /^reloaded everything/;
const HASH = tokenHash('token');

let stored: TestDatabase;
let database: Database;
let directory: DirectoryCache;
let listener: Listener;
let logged: string[];
/** Whether the pool has no connection, while the listener keeps its own. */
let away: boolean;
let refused: number;
let caughtUp: number;
let onCatchUp: () => Promise<void>;
beforeEach(async () => {
  logged = [];
  away = false;
  refused = 0;
  caughtUp = 0;
  onCatchUp = async () => undefined;
  const log = pino({}, { write: (line: string) => logged.push(JSON.parse(line).msg) });
  stored = await createTestDatabase();
  database = openDatabase(stored.url, { connections: 1, log });
  await ensureMainAccount({ clock: { now: Date.now }, database, bootstrapToken: 'token' });
  directory = createDirectory({
    database: {
      ...database,
      async run(query, params) {
        refuse();
        return database.run(query, params);
      },
    },
    secrets: createSecretBox(Buffer.alloc(32, 7)),
    onWebhook: () => undefined,
  });
  const gate = { refresh: async () => refuse() };
  const delivery = {
    breakers: gate,
    handshakes: gate,
    async catchUp() {
      caughtUp++;
      await onCatchUp();
    },
  } as unknown as Delivery;
  listener = await followChanges({ databaseUrl: stored.url, delivery, directory, log });
});
afterEach(async () => {
  await listener.stop();
  await database.close();
  await stored.drop();
});

function refuse(): void {
  if (!away) return;
  refused++;
  throw new Unavailable('away');
}

const count = (message: RegExp) => logged.filter((line) => message.test(line)).length;

const notifyOfAccess = () => sql(stored.url, `select pg_notify('hooktrail_access', '')`);

test('a change that could not be read is read as soon as the database answers', async () => {
  away = true;
  await sql(stored.url, 'delete from token');
  await notifyOfAccess();
  await eventually('two more tries', () => refused >= 3);
  expect(directory.tokenByHash(HASH)).toBeDefined();
  away = false;
  await eventually('its end', () => directory.tokenByHash(HASH) === undefined);
  await eventually('the end of the tries', () => count(RELOADED) === 1);
  expect(count(FAILED)).toBe(1);
});

test('failures of several changes share a reload', async () => {
  away = true;
  const id = newId(Date.now());
  await sql(
    stored.url,
    `select pg_notify('hooktrail_access', ''), pg_notify('hooktrail_webhook', '${id}'),
      pg_notify('hooktrail_breaker', '${id}')`,
  );
  await eventually('all failures', () => count(FAILED) === 3);
  away = false;
  await eventually('the reload', () => count(RELOADED) > 0);
  expect(caughtUp).toBe(2); // and the one of the start
});

test('a change that could not be read during that reload is read after it', async () => {
  onCatchUp = async () => {
    if (caughtUp !== 2) return;
    away = true;
    await sql(stored.url, 'delete from token');
    await notifyOfAccess();
    await eventually('the failure', () => count(FAILED) === 2);
    away = false;
  };
  away = true;
  await notifyOfAccess();
  await eventually('the failure', () => count(FAILED) === 1);
  away = false;
  await eventually('the end of the token', () => directory.tokenByHash(HASH) === undefined);
});

test('a node that stops tries no more', async () => {
  away = true;
  await notifyOfAccess();
  await eventually('another try', () => refused >= 2);
  await listener.stop(); // ends when the tries have ended
  expect(count(RELOADED)).toBe(0);
});
