import { eventually } from '@hooktrail/harness/eventually';
import { answering, type ReceivedRequest, type Receiver } from '@hooktrail/harness/receiver';
import { HTTP } from 'cloudevents';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { openStage, type Stage } from '../testing/stage.ts';
import { sql, type TestNode } from '../testing/test-node.ts';

let stage: Stage;
let node: TestNode;
let other: TestNode;
beforeAll(async () => {
  stage = await openStage();
  node = await stage.node();
  other = await stage.node();
});
afterAll(() => stage.close());

const RULES = { cloudevents: { mode: 'binary', handshake: true } };

/** Answers OPTIONS with these headers, and everything else with 200. */
const allowing = (receiver: Receiver, headers: Record<string, string>, status = 200) =>
  receiver.behave((request, response) => {
    const isAsked = request.method === 'OPTIONS';
    response.writeHead(isAsked ? status : 200, isAsked ? headers : {}).end();
  });

const methods = ({ requests }: Receiver) => requests.map(({ method }) => method);
const asked = ({ requests }: Receiver) => requests.filter(({ method }) => method === 'OPTIONS');
const sent = ({ requests }: Receiver) => requests.filter(({ method }) => method === 'POST');
const healthOf = async (webhookId: string, from = node) =>
  (await from.call('GET', `/v1/webhooks/${webhookId}/health`)).body.health;
const stateOf = async (webhookId: string) => (await healthOf(webhookId)).handshake.state;

/** Makes the next question due, as if its wait were over. */
async function askAgain(webhookId: string) {
  const resumed = await node.call('POST', `/v1/webhooks/${webhookId}/resume`);
  expect(resumed.status).toBe(200);
}

test('an endpoint is asked once before the first delivery, and then gets them all', async () => {
  const { receiver, type, webhookId } = await stage.scene();
  allowing(receiver, { 'WebHook-Allowed-Origin': 'HOOKS.test', 'WebHook-Allowed-Rate': '*' });
  await stage.rules(webhookId, RULES);
  expect(await healthOf(webhookId)).toMatchObject({ handshake: { state: 'not asked' } });
  await stage.publish(node, type, 5);
  await stage.until(webhookId, { success: 5 });
  expect(methods(receiver)).toEqual(['OPTIONS', 'POST', 'POST', 'POST', 'POST', 'POST']);
  const [question] = asked(receiver) as [ReceivedRequest];
  expect(question.headers).toMatchObject({ 'webhook-request-origin': 'hooks.test' });
  expect(question.headers).not.toHaveProperty('webhook-request-rate');
  expect(question.headers).not.toHaveProperty('x-zendesk-webhook-signature');
  for (const request of sent(receiver)) {
    expect(request.headers['webhook-request-origin']).toBe('hooks.test');
    HTTP.toEvent({ headers: request.headers as Record<string, string>, body: request.body });
  }
  const { handshake } = await healthOf(webhookId, other);
  expect(handshake).toEqual({
    state: 'allowed',
    allowed_origin: 'HOOKS.test',
    checked_at: expect.any(String),
  });
  // The other node knows of it, and asks nobody.
  await stage.publish(other, type, 3);
  await stage.until(webhookId, { success: 8 });
  expect(asked(receiver)).toHaveLength(1);
});

test.each([
  [{}, 200, 'its answer 200 to OPTIONS has no WebHook-Allowed-Origin'],
  [{}, 405, 'its answer 405 to OPTIONS'],
  [{ 'WebHook-Allowed-Origin': 'other.test' }, 200, 'allows "other.test", and deliveries come'],
  [
    { 'WebHook-Allowed-Origin': '*', 'WebHook-Allowed-Rate': '0' },
    200,
    'WebHook-Allowed-Rate of its answer 200 must be * or a number',
  ],
] as const)('%j with %i is no permission, and nothing is sent', async (headers, status, reason) => {
  const { receiver, type, webhookId } = await stage.scene();
  allowing(receiver, headers, status);
  await stage.rules(webhookId, RULES);
  const [id = ''] = await stage.publish(node, type);
  await eventually('a refusal', async () => (await stateOf(webhookId)) === 'refused');
  const { handshake } = await healthOf(webhookId);
  expect(handshake.reason).toContain(reason);
  expect(Date.parse(handshake.next_at)).toBeGreaterThan(Date.parse(handshake.checked_at));
  const path = `/v1/webhooks/${webhookId}/invocations/${id}`;
  const shown = await eventually('the hold', async () => {
    const { invocation } = (await node.call('GET', path)).body;
    return invocation.reason_code === 'handshake' ? invocation : undefined;
  });
  expect(shown).toMatchObject({ status: 'throttled', state: 'waiting', attempts_count: 0 });
  expect(shown.explanation).toContain(`the endpoint has not allowed deliveries (`);
  expect(shown.explanation).toContain(reason);
  expect(sent(receiver)).toEqual([]);

  allowing(receiver, { 'WebHook-Allowed-Origin': '*' });
  await askAgain(webhookId);
  await stage.until(webhookId, { success: 1 });
  expect(methods(receiver)).toEqual(['OPTIONS', 'OPTIONS', 'POST']);
});

test('the wait doubles, up to an hour, and another endpoint is asked at once', async () => {
  const { receiver, type, webhookId } = await stage.scene();
  const second = await stage.scene();
  allowing(receiver, {}, 404);
  allowing(second.receiver, { 'WebHook-Allowed-Origin': '*' });
  await stage.rules(webhookId, RULES);
  await stage.publish(node, type);
  const row = async () => {
    const [found] = await sql<{ failures: number; wait_ms: number; state: string }>(
      stage.databaseUrl,
      `select failures, state::text as state,
        round(extract(epoch from next_at - checked_at) * 1000)::integer as wait_ms
      from handshake where webhook_id = $1`,
      [uuidFromId(webhookId)],
    );
    return found;
  };
  const refused = async (failures: number) =>
    (await eventually(`refusal ${failures}`, async () => {
      const found = await row();
      return found?.state === 'refused' && found.failures === failures ? found : undefined;
    })) as { wait_ms: number };
  expect((await refused(1)).wait_ms).toBe(5_000);
  await askAgain(webhookId);
  expect((await refused(2)).wait_ms).toBe(10_000);
  await sql(stage.databaseUrl, 'update handshake set failures = 900 where webhook_id = $1', [
    uuidFromId(webhookId),
  ]);
  await askAgain(webhookId);
  expect((await refused(901)).wait_ms).toBe(3_600_000);

  const webhook = { endpoint: second.receiver.url };
  await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, { webhook });
  await stage.until(webhookId, { success: 1 });
  expect(methods(second.receiver)).toEqual(['OPTIONS', 'POST']);
  expect(sent(receiver)).toEqual([]);
});

test('the allowed rate is a rate limit, and the own one is asked for', async () => {
  const { receiver, type, webhookId } = await stage.scene();
  allowing(receiver, { 'WebHook-Allowed-Origin': '*', 'WebHook-Allowed-Rate': '2' });
  await stage.rules(webhookId, { ...RULES, rate_limit: { requests: 600, seconds: 300 } });
  await stage.publish(node, type, 3);
  await stage.until(webhookId, { success: 2, throttled: 1 });
  expect(asked(receiver)[0]?.headers['webhook-request-rate']).toBe('120');
  const health = await healthOf(webhookId);
  expect(health.handshake).toMatchObject({ state: 'allowed', allowed_rate: 2 });
  expect(Date.parse(health.next_permit_at)).toBeGreaterThan(Date.now());
  expect(sent(receiver)).toHaveLength(2);
});

test('what a dead node began to ask is asked again after its time', async () => {
  const { receiver, type, webhookId } = await stage.scene();
  allowing(receiver, { 'WebHook-Allowed-Origin': '*' });
  await stage.rules(webhookId, RULES);
  allowing(receiver, {}, 404);
  await stage.publish(node, type);
  await eventually('a refusal', async () => (await stateOf(webhookId)) === 'refused');
  // As a node leaves it that is killed while it asks.
  allowing(receiver, { 'WebHook-Allowed-Origin': '*' });
  const values = [uuidFromId(webhookId)];
  const dead = "update handshake set state = 'asking', next_at = now() + interval '1 h'";
  await sql(stage.databaseUrl, `${dead} where webhook_id = $1`, values);
  await sql(stage.databaseUrl, 'select pg_notify($1, $2)', ['hooktrail_breaker', webhookId]);
  await stage.publish(node, type);
  await eventually('the hold', async () => (await healthOf(webhookId)).waiting_since);
  expect(asked(receiver)).toHaveLength(1);
  await sql(
    stage.databaseUrl,
    'update handshake set next_at = now() where webhook_id = $1',
    values,
  );
  await sql(stage.databaseUrl, 'select pg_notify($1, $2)', ['hooktrail_breaker', webhookId]);
  await stage.until(webhookId, { success: 2 });
  expect(asked(receiver)).toHaveLength(2);
});

test('an attempt by hand goes out, and a webhook that asks nobody gets everything', async () => {
  const { receiver, type, webhookId } = await stage.scene();
  allowing(receiver, {}, 404);
  await stage.rules(webhookId, RULES);
  const [id = ''] = await stage.publish(node, type);
  await eventually('a refusal', async () => (await stateOf(webhookId)) === 'refused');
  const path = `/v1/webhooks/${webhookId}/invocations/${id}/replay`;
  expect((await node.call('POST', path)).status).toBe(202);
  await stage.until(webhookId, { success: 1 });
  await stage.publish(node, type);
  receiver.behave(answering(200));
  await stage.rules(webhookId, { cloudevents: { mode: 'binary' } });
  await stage.until(webhookId, { success: 2 });
  expect(sent(receiver)[1]?.headers).not.toHaveProperty('webhook-request-origin');
  expect(await healthOf(webhookId)).not.toHaveProperty('handshake');
});
