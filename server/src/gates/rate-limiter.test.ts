import { afterAll, beforeAll, expect, it } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { deleteWebhook } from '../sql/delete-webhook.ts';
import { createTestTrail, storeWebhook, type TestTrail } from '../testing/test-trail.ts';
import { RateLimiter } from './rate-limiter.ts';

const LIMIT = { requests: 10, spanMs: 60_000 };

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

it('grants nothing to a webhook that was deleted, and takes nothing back', async () => {
  const limiter = new RateLimiter(trail.database);
  const webhookId = await storeWebhook(trail);
  expect(await limiter.take(webhookId, LIMIT, 6)).toEqual({ granted: 6, nextInMs: 0 });
  await trail.database.run(deleteWebhook, { accountId: 1, id: webhookId, version: 1 });
  await limiter.giveBack(webhookId, 2);
  expect(await limiter.take(webhookId, LIMIT, 6)).toEqual({ granted: 0, nextInMs: 0 });
  expect(
    await trail.sql('select from rate_window where webhook_id = $1', [uuidFromId(webhookId)]),
  ).toEqual([]);
});
