import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertKind } from '../../model/alert.ts';
import { newId, uuidFromId } from '../../model/ids.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import { subscribe } from '../../testing/subscribe.ts';
import { createTestAlerts, type TestAlerts } from '../../testing/test-alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { sql, startTestNode, type TestNode } from '../../testing/test-node.ts';

/*
 * A real node and real faults. Another one evaluates, by a clock that the test moves: it has the lease, and the
 * node has none. The tests go on with the time of those before.
 */

let database: TestDatabase;
let receiver: Receiver;
let remote: ZendeskDouble;
let node: TestNode;
let watcher: TestAlerts;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  remote = await startZendeskDouble();
  node = await startTestNode(database.url, { publicUrl: 'https://hooktrail.example' });
  watcher = await createTestAlerts(database.url);
  await watcher.takeLease();
});
afterAll(async () => {
  await watcher.close();
  await node.stop();
  await remote.close();
  await receiver.close();
  await database.drop();
});
beforeEach(() => {
  receiver.behave(answering(200));
});

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await node.call(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};
const rule = (kind: AlertKind, change: object) =>
  call('PATCH', `/v1/alert-rules/${kind}`, { rule: change });
/** The open alerts of a kind after an evaluation so much later. */
const open = async (kind: AlertKind, laterMs = 15 * SECOND_MS) => {
  watcher.clock.aheadMs += laterMs;
  expect(await watcher.evaluate()).toBe(true);
  const { alerts } = await call('GET', `/v1/alerts?filter[state]=open&filter[kind]=${kind}`);
  return alerts;
};
const publish = (type: string) => call('POST', '/v1/events', { type, detail: {} });
const settings = (id: string, delivery: object) =>
  call('PUT', `/v1/webhooks/${id}/delivery`, {
    delivery: { schedule_seconds: [], breaker: null, ...delivery },
  });
const failAndSettle = async (id: string, type: string, count: number) => {
  receiver.behave(answering(500));
  for (let n = 0; n < count; n++) await publish(type);
  await eventually('the failures', async () => {
    const failed = await sql(
      database.url,
      `select from invocation where webhook_id = $1 and reason_code = 'exhausted'`,
      [uuidFromId(id)],
    );
    return failed.length >= count || undefined;
  });
};

describe('an alert opens for a fault, and resolves after it', () => {
  it('failing webhooks, and with them the account', async () => {
    const id = await subscribe(node.url, 'alert.failing', receiver.url);
    await settings(id, {});
    await rule('failing', { minimum: 4 });
    await rule('account_failing', { minimum: 4, hold_seconds: 0 });
    await rule('failures', { enabled: true, threshold: 4, window_seconds: 900 });
    await failAndSettle(id, 'alert.failing', 4);
    // The share of a webhook is held for five minutes.
    expect(await open('failing')).toEqual([]);
    expect(await open('failures', 0)).toMatchObject([
      { value: 4, summary: 'Webhook "alert.failing": 4 invocations failed within 15 min' },
    ]);
    expect(await open('account_failing', 0)).toMatchObject([
      {
        severity: 'critical',
        // With those of other tests.
        summary: expect.stringMatching(
          /^The account: \d+ of \d+ invocations failed \([\d.]+ %\) within 15 min$/,
        ),
      },
    ]);
    expect(await open('failing', 5 * MINUTE_MS)).toMatchObject([
      {
        severity: 'critical',
        webhook: { id, name: 'alert.failing' },
        summary: 'Webhook "alert.failing": 4 of 4 invocations failed (100 %) within 15 min',
        url: `https://hooktrail.example/console/webhooks/${id}`,
      },
    ]);
    // Out of the window after 15 minutes, and good for 10.
    expect(await open('failing', 11 * MINUTE_MS)).toHaveLength(1);
    expect(await open('failing', 9 * MINUTE_MS)).toHaveLength(1);
    expect(await open('failing', MINUTE_MS)).toEqual([]);
    expect(await open('account_failing', 0)).toEqual([]);
  });

  it('a backlog of a webhook that somebody paused', async () => {
    const id = await subscribe(node.url, 'alert.backlog', receiver.url);
    await call('POST', `/v1/webhooks/${id}/pause`);
    await publish('alert.backlog');
    await sql(
      database.url,
      `update invocation set due_at = due_at - interval '21 minutes' where webhook_id = $1`,
      [uuidFromId(id)],
    );
    const found = await open('backlog');
    expect(found).toMatchObject([{ webhook: { id }, severity: 'warning' }]);
    expect(found[0].summary).toMatch(/has been waiting for \d+.*; the webhook is paused$/);
    await call('POST', `/v1/webhooks/${id}/resume`);
    await eventually('the delivery', () => receiver.requests.length > 0 || undefined);
    await eventually('nothing due', async () => {
      const due = await sql(database.url, 'select from invocation where due_at is not null');
      return due.length === 0 || undefined;
    });
    expect(await open('backlog')).toHaveLength(1);
    expect(await open('backlog', 5 * MINUTE_MS)).toEqual([]);
  });

  it('a breaker that stays open', async () => {
    // The breaker has the time of the database.
    watcher.clock.aheadMs = 0;
    const id = await subscribe(node.url, 'alert.breaker', receiver.url);
    const breaker = {
      ...{ window_seconds: 300, error_rate: 0.5, min_requests: 2, max_errors: 1_000 },
      ...{ open_seconds: 3_600, max_open_seconds: 3_600 },
    };
    await settings(id, { breaker });
    receiver.behave(answering(500));
    await eventually('an open breaker', async () => {
      await publish('alert.breaker');
      const { health } = await call('GET', `/v1/webhooks/${id}/health`);
      return health.breaker.state !== 'closed' || undefined;
    });
    expect(await open('breaker')).toEqual([]);
    const found = await open('breaker', 10 * MINUTE_MS);
    expect(found).toMatchObject([{ webhook: { id }, severity: 'critical' }]);
    expect(found[0].summary).toMatch(/has not been closed for 1\d(\.\d)? min: \d+ of \d+ requests/);
    await settings(id, {});
    expect(await open('breaker')).toHaveLength(1);
    expect(await open('breaker', MINUTE_MS)).toEqual([]);
  });

  it('a webhook whose endpoint answers 410, but none that people switched off', async () => {
    const id = await subscribe(node.url, 'alert.gone', receiver.url);
    const other = await subscribe(node.url, 'alert.off', receiver.url);
    await call('PATCH', `/api/v2/webhooks/${other}`, { webhook: { status: 'inactive' } });
    receiver.behave(answering(410));
    await publish('alert.gone');
    await eventually('an inactive webhook', async () => {
      const { webhook } = await call('GET', `/api/v2/webhooks/${id}`);
      return webhook.status === 'inactive' || undefined;
    });
    const found = await open('deactivated');
    expect(found).toMatchObject([{ webhook: { id }, severity: 'critical' }]);
    const change = (webhook: object) => call('PATCH', `/api/v2/webhooks/${id}`, { webhook });
    // It is still off.
    await change({ description: 'ask the receiver' });
    await settings(id, {});
    expect(await open('deactivated')).toMatchObject([{ id: found[0].id }]);
    await change({ status: 'active' });
    expect(await open('deactivated')).toEqual([]);
    await change({ status: 'inactive' });
    expect(await open('deactivated')).toEqual([]);
  });

  it('a job that stopped by itself', async () => {
    const id = await subscribe(node.url, 'alert.job', receiver.url);
    await settings(id, {});
    await failAndSettle(id, 'alert.job', 2);
    const { job } = await call('POST', '/v1/jobs', {
      ...{ kind: 'replay', query: 'type:alert.job since:1h' },
      canary: { count: 1, success_share: 1 },
    });
    await eventually('a stopped job', async () => {
      const shown = await call('GET', `/v1/jobs/${job.id}`);
      return shown.job.state === 'stopped' || undefined;
    });
    const found = await open('job');
    expect(found).toMatchObject([{ job: { id: job.id }, severity: 'warning' }]);
    expect(found[0].summary).toMatch(/^Job \w{26} \(replay\) stopped by itself: canary: 0 of 1/);
    await call('POST', `/v1/jobs/${job.id}/cancel`);
    expect(await open('job')).toEqual([]);
  });

  it('a source whose remote is gone, and its gaps', async () => {
    remote.account.create();
    const { source } = await call('POST', '/v1/sources', {
      source: {
        ...{ name: 'support', base_url: remote.url },
        credentials: { email: remote.auth.email, api_token: remote.auth.apiToken },
      },
    });
    await eventually('a complete source', async () => {
      const shown = await call('GET', `/v1/sources/${source.id}`);
      return shown.source.complete_until;
    });
    expect(await open('source', MINUTE_MS - watcher.clock.aheadMs)).toEqual([]);
    await remote.close();
    const found = await open('source', 2 * HOUR_MS);
    expect(found).toMatchObject([
      { source: { id: source.id, name: 'support' }, severity: 'critical' },
    ]);
    expect(found[0].summary).toMatch(/^Source "support": its archive is \d(\.\d)? h behind/);
    await call('POST', `/v1/sources/${source.id}/pause`);
    expect(await open('source', MINUTE_MS)).toHaveLength(1);
    expect(await open('source', 5 * MINUTE_MS)).toEqual([]);

    const gap = (atMs: number) =>
      sql(
        database.url,
        `insert into archive_gap (source_id, id, account_id, webhook_id, from_at, to_at, reason, found_at)
        values ($1, $2, 1, gen_random_uuid(), now(), now(), 'outage', $3)`,
        [uuidFromId(source.id), uuidFromId(newId(atMs)), new Date(atMs)],
      );
    await gap(watcher.clock.now());
    const [first] = await open('gap', MINUTE_MS);
    expect(first).toMatchObject({ source: { id: source.id }, value: 1 });
    // What is found later is the same episode, until somebody acknowledges it.
    await gap(watcher.clock.now());
    expect(await open('gap', MINUTE_MS)).toMatchObject([{ id: first.id }]);
    await sql(database.url, `update alert set acknowledged_at = $1 where id = $2`, [
      new Date(watcher.clock.now()),
      uuidFromId(first.id),
    ]);
    expect(await open('gap', MINUTE_MS)).toEqual([]);
    await gap(watcher.clock.now());
    const [second] = await open('gap', MINUTE_MS);
    expect(second.id).not.toBe(first.id);
    // Nothing ends a gap: its alert ends after a day.
    expect(await open('gap', 25 * HOUR_MS)).toEqual([]);
  });
});
