import type { ServerResponse } from 'node:http';
import { eventually } from '@hooktrail/harness/eventually';
import { answering, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { openStage, type Scene, type Stage } from '../testing/stage.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { makeDue, sql, startTestNode, type TestNode } from '../testing/test-node.ts';

const BACKLOG = 20_000;

let stage: Stage;
let node: TestNode;

beforeAll(async () => {
  stage = await openStage();
  node = await stage.node();
});
afterAll(() => stage.close());

/** Webhooks until one is in the lane of the first. */
async function neighbour(first: Scene): Promise<Scene> {
  for (;;) {
    const scene = await stage.scene();
    if (laneOf(scene.webhookId) === laneOf(first.webhookId)) return scene;
  }
}

test('a webhook that hangs, with a crowd of due invocations, does not delay its lane', async () => {
  const hanging = await stage.scene({ breaker: null, time_limit_seconds: 60 });
  const healthy = await neighbour(hanging);
  const held: ServerResponse[] = [];
  hanging.receiver.behave((_request, response) => held.push(response));

  // One waiting event, and enough invocations of it.
  await node.call('POST', `/v1/webhooks/${hanging.webhookId}/pause`);
  const [id] = await stage.publish(node, hanging.type);
  await sql(
    stage.databaseUrl,
    `insert into invocation (latest_at, due_at, lane, id, webhook_id, event_id, event_type)
    select
      latest_at, due_at, lane,
      (left(id::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, webhook_id, event_id, event_type
    from invocation, generate_series(1, $2) as n
    where id = $1`,
    [uuidFromId(id as string), BACKLOG],
  );
  await node.call('POST', `/v1/webhooks/${hanging.webhookId}/resume`);
  await makeDue(stage.databaseUrl);
  await eventually('the hanging requests', () => held.length === 64);

  // Sent from memory, and claimed from the database: both work.
  await stage.publish(node, healthy.type, 200);
  await stage.until(healthy.webhookId, { success: 200 });
  await node.call('POST', `/v1/webhooks/${healthy.webhookId}/pause`);
  await stage.publish(node, healthy.type, 200);
  await node.call('POST', `/v1/webhooks/${healthy.webhookId}/resume`);
  await stage.until(healthy.webhookId, { success: 400 });
  expect(held).toHaveLength(64);
  expect(await stage.statuses(hanging.webhookId)).toEqual({ accepted: BACKLOG + 1 });
  hanging.receiver.behave(answering(200)); // or stopping would wait for the next ones
  for (const response of held) response.end();
});

test('hundreds of webhooks of one account that hang leave another account its deliveries', async () => {
  const REQUESTS = 256;
  const CLONES = 500;
  const descriptors = { connections: 100, requests: REQUESTS, kept: 100, lookUps: 100 };
  const { url, drop } = await createTestDatabase();
  const [hanging, receiver] = [await startReceiver(), await startReceiver()];
  const held: ServerResponse[] = [];
  hanging.behave((_request, response) => held.push(response));
  const ids = Array.from({ length: CLONES }, () => uuidFromId(newId(Date.now())));
  let small = await startTestNode(url, { descriptors });
  try {
    const webhookId = await subscribe(small.url, 'hanging.event', hanging.url);
    const delivery = { breaker: null, time_limit_seconds: 60 };
    await small.call('PUT', `/v1/webhooks/${webhookId}/delivery`, { delivery });
    await small.stop();
    await sql(
      url,
      `insert into webhook select copy.* from webhook as w, unnest($1::uuid[]) as clone,
        json_populate_record(w, json_build_object('id', clone)) as copy`,
      [ids],
    );
    small = await startTestNode(url, { descriptors });
    const account = await small.call('POST', '/v1/accounts', { account: { name: 'other' } });
    const { body } = await small.call('POST', `/v1/tokens?account_id=${account.body.account.id}`, {
      token: { name: 'other', role: 'admin' },
    });
    const other = { authorization: `Bearer ${body.token.secret}` };
    const webhook = {
      name: 'other',
      endpoint: receiver.url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: ['other.event'],
    };
    await small.call('POST', '/api/v2/webhooks', { webhook }, other);

    for (let count = 0; count < 2; count++) {
      await small.call('POST', '/v1/events', { type: 'hanging.event' });
    }
    await eventually('as many as one account may have', () => held.length >= (7 / 8) * REQUESTS);
    for (let count = 1; count <= 20; count++) {
      await small.call('POST', '/v1/events', { type: 'other.event' }, other);
      await eventually('the delivery', () => receiver.requests.length === count);
    }
    expect(held.length).toBe((7 / 8) * REQUESTS);
  } finally {
    hanging.behave(answering(200));
    for (const response of held) response.end();
    await small.stop();
    await receiver.close();
    await hanging.close();
    await drop();
  }
});
