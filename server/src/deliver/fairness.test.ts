import type { ServerResponse } from 'node:http';
import { eventually } from '@hooktrail/harness/eventually';
import { answering } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { openStage, type Scene, type Stage } from '../testing/stage.ts';
import { makeDue, sql, type TestNode } from '../testing/test-node.ts';

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
