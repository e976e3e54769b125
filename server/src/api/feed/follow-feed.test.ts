import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { follow as followUrl } from '../../testing/follow.ts';
import { subscribe } from '../../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestNode, type TestNode } from '../../testing/test-node.ts';

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  node = await startTestNode(database.url);
}, 60_000);
afterAll(async () => {
  await node?.stop();
  await receiver?.close();
  await database?.drop();
});

async function follow(
  ...given: Parameters<typeof followUrl> extends [string, ...infer Rest] ? Rest : never
) {
  const stream = await followUrl(node.url, ...given);
  onTestFinished(() => stream.close());
  return stream;
}

describe('GET /v1/feed', () => {
  it('tells what happens to an event', async () => {
    await subscribe(node.url, 'feed.first', receiver.url);
    const stream = await follow();
    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const { body } = await node.call('POST', '/v1/events', { type: 'feed.first', subject: 's:1' });
    const [accepted, attempted, settled] = await stream.until(3);
    expect([accepted, attempted, settled].map((one) => one?.event)).toEqual([
      'accepted',
      'attempted',
      'settled',
    ]);
    expect(accepted?.data).toMatchObject({
      invocation: {
        id: body.invocations[0].id,
        event_id: body.event.id,
        subject: 's:1',
        status: 'accepted',
        attempts_count: 0,
      },
    });
    expect(settled?.data.invocation).toMatchObject({
      status: 'success',
      state: 'final',
      attempts_count: 1,
      status_code: 200,
    });
  });
});
