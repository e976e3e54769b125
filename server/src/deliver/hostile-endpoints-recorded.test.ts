import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, type Script, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOSTILE_ENDPOINTS } from '../testing/hostile-endpoints.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { startTestNode, type TestNode } from '../testing/test-node.ts';

/**
 * For endpoints that last until the limit; the others must end by themselves on any busy machine.
 */
const SHORT_S = 4;
const LONG_S = 60;

let database: TestDatabase;
let node: TestNode;
const receivers: RawReceiver[] = [];
let types = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
});

afterAll(async () => {
  await node.stop();
  for (const receiver of receivers) await receiver.close();
  await database.drop();
});

interface Scene {
  readonly receiver: RawReceiver;
  readonly webhookId: string;
  readonly type: string;
}

async function scene(
  script: Script,
  { deaf = false, tls = false, limitS = SHORT_S } = {},
): Promise<Scene> {
  const receiver = await startRawReceiver(script, { deaf });
  receivers.push(receiver);
  const type = `test.hostile.number_${types++}`;
  const origin = tls ? receiver.url.replace('http:', 'https:') : receiver.url;
  const created = await node.call('POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      endpoint: `${origin}/hook`,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
    },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const webhookId = created.body.webhook.id;
  const { status } = await node.call('PUT', `/v1/webhooks/${webhookId}/delivery`, {
    // Of one hour: a second attempt that came before the first was read would be taken for it.
    delivery: { time_limit_seconds: limitS, schedule_seconds: [3_600] },
  });
  expect(status).toBe(200);
  return { receiver, webhookId, type };
}

/** Publishes one event and waits for its first attempt and the state of its invocation. */
async function deliverOnce({ webhookId, type }: Scene, detail: object) {
  const { body } = await node.call('POST', '/v1/events', { type, detail });
  const { id } = body.invocations[0];
  const path = `/api/v2/webhooks/${webhookId}/invocations`;
  const attempt = await eventually('an attempt', async () => {
    const answer = await node.call('GET', `/v1/webhooks/${webhookId}/invocations/${id}/attempts`);
    return answer.body.attempts[0];
  });
  const list = await node.call('GET', path);
  const invocation = list.body.invocations.find((row: { id: string }) => row.id === id);
  return { attempt, invocation };
}

describe('the record of an endpoint that', () => {
  // Concurrently, as in production: none may corrupt the record of another.
  test.concurrent.each(HOSTILE_ENDPOINTS)('$what', async (endpoint) => {
    const made = await scene(endpoint.script, {
      deaf: endpoint.deaf ?? false,
      tls: endpoint.tls ?? false,
      limitS: endpoint.lasts ? SHORT_S : LONG_S,
    });
    const { attempt, invocation } = await deliverOnce(made, { text: ' '.repeat(1_000_000) });
    const { status, status_code: statusCode, error_message: errorMessage } = attempt;
    expect({ status, statusCode, errorMessage }).toEqual({
      status: endpoint.status,
      statusCode: endpoint.statusCode,
      errorMessage: endpoint.errorMessage && expect.stringMatching(endpoint.errorMessage),
    });
    expect(attempt.error_class).toBe(/^(.+?): /.exec(errorMessage ?? '')?.[1]);
    expect(attempt.response?.payload.length ?? 0).toBeLessThanOrEqual(64 * 1024);
    expect(attempt.response?.headers.length ?? 0).toBeLessThanOrEqual(500);
    expect(invocation).toMatchObject({ status: endpoint.status, attempts_count: 1 });
    // Retried on schedule, or never: no row waits for its lease to expire.
    const retried = endpoint.status !== 'success';
    expect(invocation.next_attempt_at !== undefined).toBe(retried);
  });
});
