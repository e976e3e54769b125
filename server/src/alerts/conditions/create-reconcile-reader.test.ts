import { LossySender } from '@hooktrail/harness/zendesk/lossy-sender';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Reconciler } from '../../archive/reconciler.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { defaultAlertRules } from '../../testing/default-alert-rules.ts';
import { startTestInbox, type TestInbox } from '../../testing/test-inbox.ts';
import { startTestSource, type TestSource } from '../../testing/test-source.ts';
import { createReconcileReader } from './create-reconcile-reader.ts';

let source: TestSource;
let inbox: TestInbox;
beforeAll(async () => {
  source = await startTestSource(5);
  source.double.rate.limit = 100;
  inbox = await startTestInbox(source.trail.database, { nowMs: () => source.clock.nowMs() });
  source.inboxes.set(inbox.url, inbox.id);
});
afterAll(async () => {
  await inbox.close();
  await source.stop();
});

test('what was lost on its way is told once its hour is closed, until it was sent again or is old', async () => {
  const { clock, double, parts, trail } = source;
  const sender = new LossySender({ account: double.account, seed: 5, nowMs: () => clock.nowMs() });
  const reconciler = new Reconciler(parts);
  const reader = createReconcileReader(parts);
  const read = (windowSeconds = DAY_MS / 1_000, accountIds = [1]) =>
    reader.read(defaultAlertRules({ accountIds, changed: { reconcile: { windowSeconds } } }));
  const compare = async (ms: number) => {
    await source.runUntil(clock.nowMs() + ms);
    await reconciler.look();
  };
  const { id } = double.account.create({ endpoint: inbox.url });
  inbox.secrets.push(double.account.state(id).secret);
  const sourceId = await source.add();
  await source.runUntil(clock.nowMs() + 12 * MINUTE_MS);
  // The beginning of an hour, so that all of it is in one.
  clock.advanceTo(Math.floor(clock.nowMs() / HOUR_MS) * HOUR_MS + HOUR_MS + MINUTE_MS);
  const hourMs = Math.floor(clock.nowMs() / HOUR_MS) * HOUR_MS;
  await sender.send('arrives', { webhookId: id });
  const lost = [
    await sender.send('is lost', { webhookId: id }),
    await sender.send('is lost', { webhookId: id }),
  ];
  await compare(20 * MINUTE_MS);
  // Compared, and the hour is not over.
  expect(await trail.sql('select not_arrived from reconcile_hour where not_arrived > 0')).toEqual([
    { not_arrived: 2 },
  ]);
  expect(await read()).toEqual([]);
  clock.advanceTo(hourMs + HOUR_MS + 10 * MINUTE_MS - 1);
  expect(await read()).toEqual([]);
  clock.advance(1);
  expect(await read()).toEqual([
    {
      ...{ accountId: 1, kind: 'reconcile', subject: sourceId, sourceId, value: 2 },
      ...{ sinceMs: hourMs, facts: { name: 'acme', window_seconds: 86_400 } },
    },
  ]);
  // It is older than an hour's window, and of no account that has rules.
  clock.advance(HOUR_MS);
  expect(await read(3_600)).toEqual([]);
  expect(await read(undefined, [2])).toEqual([]);
  expect(await read()).toHaveLength(1);
  // A job sends one again, and after a day of comparisons both.
  await inbox.publishAgain('job-1', lost[0] as string);
  await compare(3 * HOUR_MS);
  expect(await read()).toMatchObject([{ value: 1 }]);
  await inbox.publishAgain('job-2', lost[1] as string);
  await compare(3 * HOUR_MS);
  expect(await read()).toEqual([]);
});
