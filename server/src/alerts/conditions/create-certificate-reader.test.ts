import { expect, test } from 'vitest';
import type { Runner } from '../../database/database.ts';
import { newId } from '../../model/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import type { Webhook } from '../../model/webhook.ts';
import { defaultAlertRules } from '../../testing/default-alert-rules.ts';
import { createCertificateReader } from './create-certificate-reader.ts';

test('asks once a minute whom an endpoint answered, also when the clock of the database is set back', async () => {
  let nowMs = Date.now();
  let elapsedMs = 0;
  let answered = false;
  const origin = 'https://orders.example';
  const [startsAt, endsAt] = [new Date(nowMs - 100 * DAY_MS), new Date(nowMs + DAY_MS)];
  const ending = { origin, issuer: 'CN=A', starts_at: startsAt, ends_at: endsAt };
  const database = {
    run: async ({ name }: { name: string }) =>
      name === 'read-ending-certificates'
        ? [{ ...ending, seen_at: new Date(nowMs) }]
        : [{ answered }],
  };
  const id = newId(nowMs);
  const webhook = { id, accountId: 1, name: 'orders', endpoint: `${origin}/x`, status: 'active' };
  const reader = createCertificateReader({
    clock: { now: () => nowMs },
    database: database as unknown as Runner,
    directory: { webhooks: () => [webhook as Webhook] },
    monotonic: () => elapsedMs,
  });
  const found = async () => (await reader.read(defaultAlertRules()))?.length;
  expect(await found()).toBe(0);
  answered = true;
  nowMs -= HOUR_MS;
  elapsedMs += MINUTE_MS - 1;
  expect(await found()).toBe(0);
  elapsedMs += 1;
  expect(await found()).toBe(1);
});
