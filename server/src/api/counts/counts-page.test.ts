import { readFile } from 'node:fs/promises';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestNode, type TestNode, TOKEN } from '../../testing/test-node.ts';

/** Runs the commands of `docs/counts.md` and compares the answers with those of the page. */

const EXAMPLE =
  /```sh\ncurl -sS -H "Authorization: Bearer \$TOKEN" "\$HOOKTRAIL(.+?)"\n```\n\n```json\n(.+?)\n```/gs;

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startReceiver();
  const webhook = {
    name: 'Warehouse',
    status: 'active',
    endpoint: receiver.url,
    http_method: 'POST',
    request_format: 'json',
    subscriptions: ['order.*'],
  };
  expect((await node.call('POST', '/api/v2/webhooks', { webhook })).status).toBe(201);
});
afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

/** Replaces what differs from run to run. */
const normalised = (text: string) =>
  text
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"<time>"')
    .replace(/"(mean|p\d+)":[\d.]+/g, '"$1":0');

test('the commands of docs/counts.md answer as the page says', async () => {
  expect((await node.call('POST', '/v1/events', { type: 'order.paid' })).status).toBe(202);
  await eventually('the attempt is counted', async () => {
    return (await node.call('GET', '/v1/counts')).body.total.attempts === 1;
  });
  const page = await readFile(new URL('../../../../docs/counts.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(EXAMPLE)] as unknown as [string, string, string][];
  expect(examples).toHaveLength(2);
  for (const [, path, shown] of examples) {
    const answer = await fetch(node.url + path, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(answer.status).toBe(200);
    expect(normalised(await answer.text())).toBe(normalised(JSON.stringify(JSON.parse(shown))));
  }
});
