import { eventually } from '@hooktrail/harness/eventually';
import { answering } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage } from '../testing/stage.ts';
import type { TestNode } from '../testing/test-node.ts';

/**
 * Each field of `PUT /v1/webhooks/{id}/delivery` is obeyed; limits and breakers:
 * holding-back.test.ts.
 */
let stage: Stage;
let node: TestNode;

beforeAll(async () => {
  stage = await openStage();
  node = await stage.node();
});
afterAll(() => stage.close());

const show = async (webhookId: string, id: string) =>
  (await node.call('GET', `/v1/webhooks/${webhookId}/invocations/${id}`)).body.invocation;

test('time_limit_seconds ends a request that hangs', async () => {
  const { receiver, webhookId, type } = await stage.scene({ time_limit_seconds: 1 });
  receiver.behave(() => undefined);
  const [id] = (await stage.publish(node, type)) as [string];
  await stage.until(webhookId, { timeout: 1 });
  expect((await show(webhookId, id)).explanation).toMatch(/no answer within 1000 ms/);
});

test('schedule_seconds sets the number and delays of retries', async () => {
  const { receiver, webhookId, type } = await stage.scene({ schedule_seconds: [1] });
  receiver.behave(answering(500));
  const [id] = (await stage.publish(node, type)) as [string];
  const ended = await eventually('the end', async () => {
    const invocation = await show(webhookId, id);
    return invocation.attempts_count === 2 ? invocation : undefined;
  });
  expect(ended.explanation).toMatch(/retries exhausted after 2 attempts/);
});

test('concurrency limits the requests in flight', async () => {
  const { receiver, webhookId, type } = await stage.scene({ concurrency: 3 });
  let underWay = 0;
  let most = 0;
  receiver.behave((_request, response) => {
    most = Math.max(most, ++underWay);
    setTimeout(() => {
      underWay--;
      response.end();
    }, 5);
  });
  await stage.publish(node, type, 60);
  await stage.until(webhookId, { success: 60 });
  expect(most).toBe(3);
});

test('standard_webhooks adds its headers', async () => {
  const { receiver, webhookId, type } = await stage.scene({ standard_webhooks: true });
  await stage.publish(node, type);
  await stage.until(webhookId, { success: 1 });
  expect(receiver.requests[0]?.headers).toMatchObject({
    'webhook-id': expect.any(String),
    'webhook-signature': expect.stringMatching(/^v1,/),
  });
  await stage.rules(webhookId, {});
  await stage.publish(node, type);
  await stage.until(webhookId, { success: 2 });
  expect(receiver.requests[1]?.headers).not.toHaveProperty('webhook-id');
});

test('breaker: null holds nothing back, however much fails', async () => {
  // A retry that came due meanwhile would be one more error.
  const rules = { breaker: null, schedule_seconds: [3_600] };
  const { receiver, webhookId, type } = await stage.scene(rules);
  receiver.behave(answering(500));
  await stage.publish(node, type, 150);
  await stage.until(webhookId, { 'server error': 150 });
  const { body } = await node.call('GET', `/v1/webhooks/${webhookId}/health`);
  expect(body.health).toMatchObject({ breaker: { state: 'none' }, window: { errors: 150 } });
});
