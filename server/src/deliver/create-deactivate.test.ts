import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { createDirectory, type DirectoryCache } from '../directory/create-directory.ts';
import { createWebhookStore } from '../directory/create-webhook-store.ts';
import { ensureMainAccount } from '../directory/ensure-main-account.ts';
import type { WebhookStore } from '../directory/webhook-store.ts';
import { newId } from '../model/ids.ts';
import type { Webhook } from '../model/webhook.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { testWebhook } from '../testing/test-webhook.ts';
import { createDeactivate } from './create-deactivate.ts';

const OLD = 'https://example.com/old';
const ACT = { operation: 'test', by: undefined };
const log = pino({ level: 'silent' });
const secrets = createSecretBox(Buffer.alloc(32, 7));
const clock = { now: Date.now };
const limits = { count: 1_000, bytes: Number.MAX_SAFE_INTEGER };

let test: TestDatabase;
let database: Database;
/** Of this node, and of another one: neither hears of what the other changes. */
let here: { directory: DirectoryCache; webhooks: WebhookStore };
let there: typeof here;
let id: string;

function node(): typeof here {
  const directory = createDirectory({ database, secrets, onWebhook: () => undefined });
  return {
    directory,
    webhooks: createWebhookStore({ clock, database, directory, limits, secrets }),
  };
}

beforeEach(async () => {
  test = await createTestDatabase();
  database = openDatabase(test.url, { connections: 2, log });
  await ensureMainAccount({ clock, database, bootstrapToken: 'token' });
  here = node();
  there = node();
  id = newId(Date.now());
  await here.webhooks.create(testWebhook({ id, endpoint: OLD, createdBy: 'person' }), ACT);
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

const change = (values: Partial<Webhook>) =>
  there.webhooks.update(1, id, ACT, (current) => ({
    ...current,
    ...values,
    updatedBy: 'person',
  }));
const deactivate = () => createDeactivate({ clock, log, ...here })(id, OLD);
async function stored(): Promise<Webhook | undefined> {
  await there.directory.refreshWebhook(id);
  return there.directory.webhook(id);
}

it('switches a webhook off whose endpoint is gone', async () => {
  await deactivate();
  expect(await stored()).toMatchObject({ status: 'inactive', updatedBy: 'hooktrail' });
});

it('leaves a webhook active whose endpoint was replaced while the old one answered', async () => {
  await change({ endpoint: 'https://example.com/new' });
  expect(here.directory.webhook(id)).toMatchObject({ endpoint: OLD });
  await deactivate();
  expect(await stored()).toMatchObject({ status: 'active', updatedBy: 'person' });
});

it('leaves it the act of the person who switched the webhook off', async () => {
  await change({ status: 'inactive' });
  expect(here.directory.webhook(id)).toMatchObject({ status: 'active' });
  await deactivate();
  expect(await stored()).toMatchObject({ status: 'inactive', updatedBy: 'person' });
});
