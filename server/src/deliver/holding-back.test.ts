import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@hooktrail/harness/eventually';
import { answering } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { scrape } from '../testing/scrape.ts';
import { openStage, type Stage } from '../testing/stage.ts';
import { makeDue, sql, type TestNode, TOKEN } from '../testing/test-node.ts';

let stage: Stage;
let one: TestNode;
let two: TestNode;

beforeAll(async () => {
  stage = await openStage();
  one = await stage.node();
  two = await stage.node();
});
afterAll(() => stage.close());

const health = async (webhookId: string, node = one) =>
  (await node.call('GET', `/v1/webhooks/${webhookId}/health`)).body.health;
const explained = async (webhookId: string, id: string) =>
  (await one.call('GET', `/v1/webhooks/${webhookId}/invocations/${id}`)).body.invocation;

/** Opens after ten requests, and is probed after a second. */
const BREAKER = {
  window_seconds: 60,
  min_requests: 10,
  error_rate: 0.7,
  max_errors: 1_000,
  open_seconds: 1,
  max_open_seconds: 60,
};
/** A retry that came due within a test would count as one more request, or be held back as well. */
const NO_RETRIES = { schedule_seconds: [3_600] };

/** Resolves when both nodes know that the breaker is open: the notification of one takes its time. */
const untilOpen = async (webhookId: string) => {
  for (const node of [one, two]) {
    await eventually('the breaker', async () => {
      return (await health(webhookId, node)).breaker.state === 'open';
    });
  }
};

/** Resolves when both nodes know that the webhook is paused. */
const untilPaused = async (webhookId: string) => {
  for (const node of [one, two]) {
    await eventually('the pause', async () => (await health(webhookId, node)).status === 'paused');
  }
};

describe('a circuit breaker', () => {
  const openOn = async ({ url }: TestNode) => {
    const metrics = await scrape(`${url}/metrics`, { authorization: `Bearer ${TOKEN}` });
    return metrics.value('hooktrail_breakers_open');
  };

  test('of a webhook that was deleted is open on no node', async () => {
    const { receiver, webhookId, type } = await stage.scene({ breaker: BREAKER, ...NO_RETRIES });
    const untilCounted = async (breakers: number) => {
      for (const node of [one, two]) {
        await eventually('the count of breakers', async () => (await openOn(node)) === breakers);
      }
    };
    receiver.behave(answering(500));
    await stage.publish(one, type, 10);
    await untilCounted(1);
    await one.call('DELETE', `/api/v2/webhooks/${webhookId}`);
    await untilCounted(0);
  });

  test('of a webhook that was deleted stays closed, whatever its last requests come to', async () => {
    const { receiver, webhookId, type } = await stage.scene({ concurrency: 128, ...NO_RETRIES });
    const held: (() => void)[] = [];
    receiver.behave((_request, response) => {
      held.push(() => response.writeHead(500).end());
    });
    // Enough for the default rules, which hold once the node does not know the webhook.
    await stage.publish(one, type, 128);
    await eventually('the requests', () => held.length === 128);
    await one.call('DELETE', `/api/v2/webhooks/${webhookId}`);
    for (const end of held) end();
    const rowsOf = (table: string) =>
      sql(stage.databaseUrl, `select * from ${table} where webhook_id = $1`, [
        uuidFromId(webhookId),
      ]);
    await eventually('the outcomes', async () =>
      (await rowsOf('invocation')).every((row) => row['attempts_count'] === 1),
    );
    // Outcomes are counted in their order: those of the other webhook come last.
    const other = await stage.scene({ breaker: BREAKER, ...NO_RETRIES });
    other.receiver.behave(answering(500));
    await stage.publish(one, other.type, 10);
    await untilOpen(other.webhookId);
    await eventually('the count of breakers', async () => (await openOn(one)) !== 0);
    expect(await openOn(one)).toBe(1);
    expect([...(await rowsOf('breaker')), ...(await rowsOf('delivery_count'))]).toEqual([]);
  });

  test('opens at its limits, holds back, is probed by one request, closes; oldest first', async () => {
    const { receiver, webhookId, type } = await stage.scene({
      // Its time passes when the test says so: until then no probe takes what it looks at.
      breaker: { ...BREAKER, open_seconds: 60 },
      concurrency: 1,
      ...NO_RETRIES,
    });
    receiver.behave(answering(500));
    await stage.publish(one, type, 9);
    await stage.until(webhookId, { 'server error': 9 });
    expect((await health(webhookId)).breaker).toEqual({ state: 'closed' });

    await stage.publish(one, type, 1);
    await untilOpen(webhookId);
    expect(await health(webhookId)).toMatchObject({
      status: 'active',
      breaker: {
        since: expect.any(String),
        reason:
          '10 of 10 requests failed (100 %) within 60 s; the limits are 70 % of at least 10 requests, or more than 1000 failures',
      },
      window: { seconds: 60, requests: 10, errors: 10, error_rate: 1 },
    });

    const waiting = await stage.publish(two, type, 20);
    const before = receiver.requests.length;
    await stage.until(webhookId, { 'circuit broken': 20 });
    const held = await explained(webhookId, waiting[3] as string);
    expect(held).toMatchObject({
      status: 'circuit broken',
      reason_code: 'breaker',
      next_attempt_at: expect.any(String),
    });
    expect(held).not.toHaveProperty('trigger');
    expect(held.explanation).toMatch(/circuit breaker has been (open|half open) since .*10 of 10/);
    expect(held.timeline.map((entry: { what: string }) => entry.what)).toEqual([
      'accepted',
      'circuit broken',
    ]);
    // Only probes, one at a time: each takes the oldest waiting invocation.
    expect(receiver.requests).toHaveLength(before);
    await sql(
      stage.databaseUrl,
      'update breaker set next_probe_at = now(), open_ms = 1000 where webhook_id = $1',
      [uuidFromId(webhookId)],
    );
    await sql(stage.databaseUrl, 'select pg_notify($1, $2)', ['hooktrail_breaker', webhookId]);
    await eventually('two probes', () => receiver.requests.length >= before + 2);
    expect(receiver.requests.length).toBeLessThanOrEqual(before + 3);

    receiver.behave(answering(200));
    await one.call('POST', `/v1/webhooks/${webhookId}/resume`); // does not wait for the next probe
    await stage.until(webhookId, { 'circuit broken': 0 });
    expect((await health(webhookId)).breaker).toEqual({ state: 'closed' });
    const probed = receiver.requests
      .slice(before)
      .map(({ headers }) => headers['x-zendesk-webhook-invocation-id']);
    const firsts = [...new Set(probed)].filter((id) => waiting.includes(id as string)) as string[];
    expect(firsts).toHaveLength(20);
    // Each of the two nodes sends its own oldest first.
    const latest = ['', ''];
    for (const id of firsts) {
      const node = latest.findLastIndex((before) => before < id);
      expect(node, `${id} in ${firsts.join()}`).not.toBe(-1);
      latest[node] = id;
      latest.sort();
    }
  });

  test('is shared by all nodes: a dead endpoint sees its limits once', async () => {
    const limit = { ...BREAKER, min_requests: 200, open_seconds: 60, max_open_seconds: 60 };
    const rules = { breaker: limit, concurrency: 2, ...NO_RETRIES };
    const { receiver, webhookId, type } = await stage.scene(rules);
    // At 100 requests a second, a notification may take two seconds.
    receiver.behave((_request, response) => setTimeout(() => response.writeHead(503).end(), 40));
    await Promise.all([stage.publish(one, type, 600), stage.publish(two, type, 600)]);
    await untilOpen(webhookId);
    await stage.until(webhookId, { accepted: 0 });
    // A breaker per node would have let 200 through on each: 400 and more for both. What is sent
    // until the nodes have notified each other is less.
    const seen = receiver.requests.length;
    expect(seen).toBeGreaterThanOrEqual(200);
    expect(seen).toBeLessThan(400);
    expect(await stage.statuses(webhookId)).toEqual({
      'circuit broken': 1_200 - seen,
      'server error': seen,
    });
  });

  test('also opens at a number of failures, whatever their share', async () => {
    const { receiver, webhookId, type } = await stage.scene({
      breaker: { ...BREAKER, min_requests: 1_000, max_errors: 5, open_seconds: 60 },
      concurrency: 1,
    });
    let count = 0;
    receiver.behave((request, response) =>
      answering(count++ % 5 === 0 ? 500 : 200)(request, response),
    );
    await stage.publish(one, type, 60);
    await eventually('the breaker', async () => (await health(webhookId)).breaker.state === 'open');
  });

  test('does not open on sporadic failures', async () => {
    const { receiver, webhookId, type } = await stage.scene({ breaker: BREAKER, ...NO_RETRIES });
    let count = 0;
    receiver.behave((request, response) =>
      answering(count++ % 2 === 0 ? 500 : 200)(request, response),
    );
    await stage.publish(one, type, 100);
    await stage.until(webhookId, { accepted: 0 });
    expect(await health(webhookId)).toMatchObject({
      breaker: { state: 'closed' },
      window: { requests: 100, errors: 50, error_rate: 0.5 },
    });
  });

  test('forgets failures after their window', async () => {
    const { receiver, webhookId, type } = await stage.scene({ breaker: BREAKER, ...NO_RETRIES });
    receiver.behave(answering(500));
    await stage.publish(one, type, 9);
    await stage.until(webhookId, { 'server error': 9 });
    expect((await health(webhookId)).window.errors).toBe(9);
    await sql(
      stage.databaseUrl,
      `update delivery_count set period_at = period_at - interval '60 s' where webhook_id = $1`,
      [uuidFromId(webhookId)],
    );
    await stage.publish(one, type, 9);
    await stage.until(webhookId, { 'server error': 18 });
    expect(await health(webhookId)).toMatchObject({
      breaker: { state: 'closed' },
      window: { errors: 9 },
    });
  });

  test('is not reported once its rule was removed', async () => {
    const { receiver, webhookId, type } = await stage.scene({
      breaker: { ...BREAKER, open_seconds: 60 },
      ...NO_RETRIES,
    });
    receiver.behave(answering(500));
    const [id] = await stage.publish(one, type, 10);
    await eventually('the breaker', async () => (await health(webhookId)).breaker.state === 'open');
    await stage.rules(webhookId, { breaker: null });
    expect((await health(webhookId)).breaker).toEqual({ state: 'none' });
    const { explanation } = await explained(webhookId, id as string);
    expect(explanation).toMatch(/The next attempt is due at \S+$/);
    // Nor does it resume, with its old reason, if the rule returns.
    await stage.rules(webhookId, { breaker: BREAKER });
    expect((await health(webhookId)).breaker).toEqual({ state: 'closed' });
  });

  test('waits longer after each failed probe', async () => {
    const { receiver, webhookId, type } = await stage.scene({
      // No probe but those that the test asks for.
      breaker: { ...BREAKER, open_seconds: 600, max_open_seconds: 3_600 },
    });
    receiver.behave(answering(500));
    await stage.publish(one, type, 30);
    await eventually('the breaker', async () => (await health(webhookId)).breaker.state === 'open');
    const openMs = async () => {
      const [row] = await sql<{ open_ms: number }>(
        stage.databaseUrl,
        'select open_ms from breaker where webhook_id = $1',
        [uuidFromId(webhookId)],
      );
      return row?.open_ms;
    };
    expect(await openMs()).toBe(600_000);
    for (const wanted of [1_200_000, 2_400_000]) {
      await makeDue(stage.databaseUrl); // something to probe with
      await one.call('POST', `/v1/webhooks/${webhookId}/resume`);
      await eventually(`${wanted} ms`, async () => (await openMs()) === wanted);
    }
  });
});

describe('the zendesk profile', () => {
  test('ends what arrives while the breaker is open', async () => {
    await one.call('PUT', '/v1/account', { account: { profile: 'zendesk' } });
    const { receiver, webhookId, type } = await stage.scene({
      breaker: { ...BREAKER, open_seconds: 60 },
      rate_limit: null,
    });
    receiver.behave(answering(500));
    await stage.publish(one, type, 10);
    await eventually('the breaker', async () => (await health(webhookId)).breaker.state === 'open');
    const [id] = await stage.publish(one, type, 1);
    const ended = await eventually('its end', async () => {
      const invocation = await explained(webhookId, id as string);
      return invocation.status === 'circuit broken' ? invocation : undefined;
    });
    expect(ended).not.toHaveProperty('next_attempt_at');
    expect(ended.explanation).toMatch(/^It ended as circuit broken: the circuit breaker is open/);
    const [row] = await sql(stage.databaseUrl, 'select due_at from invocation where id = $1', [
      uuidFromId(id as string),
    ]);
    expect(row).toEqual({ due_at: null });
    await one.call('PUT', '/v1/account', { account: { profile: 'durable' } });
  });

  test('ends nothing if another node closed the breaker and the notification was lost', async () => {
    await one.call('PUT', '/v1/account', { account: { profile: 'zendesk' } });
    const { receiver, webhookId, type } = await stage.scene({
      breaker: BREAKER,
      rate_limit: null,
      schedule_seconds: [],
    });
    receiver.behave(answering(500));
    await stage.publish(one, type, 10);
    await eventually('the breaker', async () => (await health(webhookId)).breaker.state === 'open');
    await sql(
      stage.databaseUrl,
      `update breaker set state = 'closed', next_probe_at = now() where webhook_id = $1`,
      [uuidFromId(webhookId)],
    );
    receiver.behave(answering(200));
    await sleep(1_000); // `open_seconds`: the nodes expect a probe now
    const [id] = await stage.publish(one, type, 1);
    await eventually('the end', async () => {
      const { status } = await explained(webhookId, id as string);
      return status !== 'accepted';
    });
    expect(await explained(webhookId, id as string)).toMatchObject({ status: 'success' });
    await one.call('PUT', '/v1/account', { account: { profile: 'durable' } });
  });
});

describe('a rate limit', () => {
  test('is enforced over all nodes; the rest waits as throttled', async () => {
    const { receiver, webhookId, type } = await stage.scene({
      rate_limit: { requests: 10, seconds: 3_600 },
    });
    // What the endpoint sees also depends on how busy this machine is: the permits decide.
    await sql(
      stage.databaseUrl,
      `create table permit_log (
        n bigint generated always as identity, at_ms float8 not null, permits json not null
      )`,
    );
    await sql(
      stage.databaseUrl,
      `create function log_permits() returns trigger language plpgsql as $$ begin
        insert into permit_log (at_ms, permits)
        values (extract(epoch from clock_timestamp()) * 1000, new.permits::json);
        return null;
      end $$`,
    );
    await sql(
      stage.databaseUrl,
      `create trigger log_permits after update on rate_window for each row
      when (new.webhook_id = '${uuidFromId(webhookId)}') execute function log_permits()`,
    );
    const [ids] = await Promise.all([stage.publish(one, type, 15), stage.publish(two, type, 15)]);
    await stage.until(webhookId, { success: 10, throttled: 20 });
    const [id] = (
      await sql<{ id: string }>(
        stage.databaseUrl,
        `select id from invocation where webhook_id = $1 and status = 'throttled' limit 1`,
        [uuidFromId(webhookId)],
      )
    ).map((row) => row.id);
    expect(id).toBeDefined();
    const { body } = await one.call(
      'GET',
      `/api/v2/webhooks/${webhookId}/invocations?filter[status]=throttled`,
    );
    const throttled = body.invocations[0];
    expect(Date.parse(throttled.next_attempt_at)).toBeGreaterThan(Date.parse(throttled.created_at));
    const { explanation, reason_code, timeline } = await explained(webhookId, throttled.id);
    expect(reason_code).toBe('rate limit');
    expect(explanation).toMatch(/It waits: the rate limit is reached until .* at the earliest/);
    expect(timeline[1]).toMatchObject({
      what: 'throttled',
      message: 'the rate limit is reached: 10 requests in 1 h',
    });
    expect(await health(webhookId)).toMatchObject({
      next_permit_at: expect.any(String),
      waiting_since: expect.any(String),
    });

    // A span that a busy machine cannot outlast, and now one that is soon over.
    await stage.rules(webhookId, { rate_limit: { requests: 10, seconds: 2 } });
    await stage.until(webhookId, { success: 30 });
    expect(ids).toHaveLength(15);
    // Never eleven permits that count, and each request had one.
    const log = await sql<{ at_ms: number; permits: [untilMs: number, count: number][] }>(
      stage.databaseUrl,
      'select at_ms, permits from permit_log order by n',
    );
    let known = new Map<number, number>();
    let used = 0;
    for (const { at_ms: atMs, permits } of log) {
      const current = permits.filter(([untilMs]) => untilMs > atMs);
      const counting = current.reduce((sum, [, count]) => sum + count, 0);
      expect(counting).toBeLessThanOrEqual(10);
      const state = new Map(permits);
      for (const untilMs of new Set([...state.keys(), ...known.keys()])) {
        const more = (state.get(untilMs) ?? 0) - (known.get(untilMs) ?? 0);
        // Fewer were given back, unless their time is over.
        if (more > 0 || untilMs > atMs) used += more;
      }
      known = state;
    }
    expect(used).toBe(30);
    expect(receiver.requests).toHaveLength(30);
  });
});

test('a probe needs a permit too', async () => {
  const { receiver, webhookId, type } = await stage.scene({
    breaker: BREAKER,
    rate_limit: { requests: 11, seconds: 3_600 },
    ...NO_RETRIES,
  });
  receiver.behave(answering(500));
  await stage.publish(one, type, 10);
  await eventually('the breaker', async () => (await health(webhookId)).breaker.state === 'open');
  await stage.publish(one, type, 5);
  await eventually('the one probe that has a permit', () => receiver.requests.length === 11);
  await eventually('its end', async () => (await health(webhookId)).breaker.state === 'open');
  await one.call('POST', `/v1/webhooks/${webhookId}/resume`); // a probe may be sent immediately
  await stage.until(webhookId, { 'circuit broken': 4 });
  await sleep(500);
  expect(receiver.requests).toHaveLength(11);
});

describe('a rate limit that is changed', () => {
  test('also applies to what a node already holds', async () => {
    const { receiver, webhookId, type } = await stage.scene({ concurrency: 1 });
    const held: (() => void)[] = [];
    receiver.behave((_request, response) => held.push(() => response.end()));
    await stage.publish(one, type, 20);
    await eventually('the first request', () => held.length === 1);
    await stage.rules(webhookId, { rate_limit: { requests: 3, seconds: 3_600 } });
    receiver.behave(answering(200));
    held[0]?.();
    await stage.until(webhookId, { success: 4, throttled: 16 });
    expect(receiver.requests).toHaveLength(4);
  });

  test('holds nothing back for longer than its new span', async () => {
    const { webhookId, type } = await stage.scene({ rate_limit: { requests: 5, seconds: 3_600 } });
    await stage.publish(one, type, 10);
    await stage.until(webhookId, { success: 5, throttled: 5 });
    await stage.rules(webhookId, { rate_limit: { requests: 3, seconds: 1 } });
    await stage.until(webhookId, { success: 10 });
  });
});

describe('a pause', () => {
  test('sends nothing, loses nothing, and continues where it stopped', async () => {
    const { receiver, webhookId, type } = await stage.scene();
    const paused = await one.call('POST', `/v1/webhooks/${webhookId}/pause`);
    expect(paused.body).toMatchObject({ paused: true });
    await untilPaused(webhookId);
    const [id] = await stage.publish(one, type, 20);
    await makeDue(stage.databaseUrl); // both nodes claim
    const invocation = await explained(webhookId, id as string);
    expect(invocation.reason_code).toBe('paused');
    expect(invocation.explanation).toMatch(
      /^It was accepted\. .* the webhook has been paused since/,
    );
    expect(await health(webhookId)).toMatchObject({
      status: 'paused',
      paused_at: paused.body.paused_at,
    });
    expect(await stage.statuses(webhookId)).toEqual({ accepted: 20 });
    expect(receiver.requests).toEqual([]);
    await two.call('POST', `/v1/webhooks/${webhookId}/resume`);
    await stage.until(webhookId, { success: 20 });
    expect(receiver.requests).toHaveLength(20);
  });

  test('also holds what a dead node left, and says so', async () => {
    const { webhookId, type } = await stage.scene();
    await one.call('POST', `/v1/webhooks/${webhookId}/pause`);
    await untilPaused(webhookId);
    const [id] = await stage.publish(one, type, 1);
    await sql(
      stage.databaseUrl,
      `update invocation set leased = true, due_at = now() - interval '1 s' where webhook_id = $1`,
      [uuidFromId(webhookId)],
    );
    expect((await explained(webhookId, id as string)).explanation).toMatch(
      /Its node recorded no attempt before \S+, so it is due again\. It waits: the webhook has been paused/,
    );
    await one.call('POST', `/v1/webhooks/${webhookId}/resume`);
    await stage.until(webhookId, { success: 1 });
  });

  test('returns what a node holds', async () => {
    const { receiver, webhookId, type } = await stage.scene({ concurrency: 1 });
    const held: (() => void)[] = [];
    receiver.behave((_request, response) => held.push(() => response.end()));
    await stage.publish(one, type, 10);
    await eventually('the first request', () => held.length === 1);
    await one.call('POST', `/v1/webhooks/${webhookId}/pause`);
    await untilPaused(webhookId);
    held[0]?.();
    await eventually('the rest to be returned', async () => {
      const [row] = await sql(
        stage.databaseUrl,
        'select count(*)::int as count from invocation where webhook_id = $1 and leased',
        [uuidFromId(webhookId)],
      );
      return row?.['count'] === 0;
    });
    expect(await stage.statuses(webhookId)).toEqual({ accepted: 9, success: 1 });
    receiver.behave(answering(200));
    await one.call('POST', `/v1/webhooks/${webhookId}/resume`);
    await stage.until(webhookId, { success: 10 });
  });
});

describe('a suspended account', () => {
  test('sends nothing; its invocations are sent when it is resumed', async () => {
    const { body } = await one.call('POST', '/v1/accounts', { account: { name: 'other' } });
    const { id } = body.account;
    const made = await one.call('POST', `/v1/tokens?account_id=${id}`, {
      token: { name: 'first', role: 'admin' },
    });
    const headers = { authorization: `Bearer ${made.body.token.secret}` };
    const { receiver } = await stage.scene(); // for its endpoint
    receiver.behave(answering(500));
    const settings = {
      name: 'suspended',
      endpoint: receiver.url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: ['test.suspended.account'],
    };
    const created = await one.call('POST', '/api/v2/webhooks', { webhook: settings }, headers);
    const webhookId = created.body.webhook.id;
    await one.call('POST', '/v1/events', { type: 'test.suspended.account' }, headers);
    await stage.until(webhookId, { 'server error': 1 });

    const suspend = (suspended: boolean) =>
      one.call('PATCH', `/v1/accounts/${id}`, { account: { suspended } });
    await suspend(true);
    await eventually('the other node to know', async () => {
      return (await two.call('GET', '/v1/account', undefined, headers)).status === 403;
    });
    receiver.behave(answering(200));
    await makeDue(stage.databaseUrl);
    await one.call('GET', `/v1/accounts/${id}`);
    expect(receiver.requests).toHaveLength(1);
    await suspend(false);
    await stage.until(webhookId, { success: 1 });
  });
});
