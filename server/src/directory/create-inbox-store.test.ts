import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import type { Act } from '../model/act.ts';
import { Unavailable } from '../model/unavailable.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { tokenHash } from '../secrets/token-hash.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createDirectory } from './create-directory.ts';
import { createInboxStore } from './create-inbox-store.ts';
import { ensureMainAccount } from './ensure-main-account.ts';

const clock = { now: Date.now };

const ACT: Act = { operation: 'test', by: undefined };

let stored: TestDatabase;
let database: Database;
beforeAll(async () => {
  stored = await createTestDatabase();
  database = openDatabase(stored.url, { connections: 1, log: pino({ level: 'silent' }) });
  await ensureMainAccount({ clock, database, bootstrapToken: 'token' });
});
afterAll(async () => {
  await database.close();
  await stored.drop();
});

test('a deletion that could not be reloaded takes effect when it is repeated', async () => {
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const directory = createDirectory({ database, secrets, onWebhook: () => undefined });
  let failures = 0;
  const store = createInboxStore({
    clock,
    database,
    directory: {
      async refreshAccess() {
        if (failures-- > 0) throw new Unavailable('away');
        await directory.refreshAccess();
      },
    },
    secrets,
  });
  const values = {
    name: 'Orders',
    scheme: 'zendesk',
    secrets: ['the secret'],
    toleranceSeconds: 300,
    defaultType: 'inbox.received',
    typeHeader: undefined,
    idHeader: undefined,
  } as const;
  const { inbox, token } = await store.create(1, values, ACT, () => undefined);
  failures = 1;
  await expect(store.delete(1, inbox.id, ACT)).rejects.toBeInstanceOf(Unavailable);
  expect(directory.inboxByHash(tokenHash(token))).toBeDefined();
  expect(await store.delete(1, inbox.id, ACT)).toBe(false);
  expect(directory.inboxByHash(tokenHash(token))).toBeUndefined();
});
