import { readFile } from 'node:fs/promises';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestNode, type TestNode, TOKEN } from '../../testing/test-node.ts';

/** Runs the commands of `docs/events.md` and compares the answers with those of the page. */

const page = (name: string) =>
  readFile(new URL(`../../../../docs/${name}.md`, import.meta.url), 'utf8');

/** A command of the page, and the answer below it. */
const EXAMPLE =
  /```sh\ncurl -sS -H "Authorization: Bearer \$TOKEN" "\$HOOKTRAIL(.+?)"\n```\n\n```json\n(.+?)\n```/gs;

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;

async function createWebhook(name: string, status: string): Promise<void> {
  const webhook = {
    name,
    status,
    endpoint: receiver.url,
    http_method: 'POST',
    request_format: 'json',
    subscriptions: ['order.*'],
  };
  expect((await node.call('POST', '/api/v2/webhooks', { webhook })).status).toBe(201);
}

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startReceiver();
  await createWebhook('Warehouse', 'active');
  await createWebhook('Old shop', 'inactive');
});
afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

/** Replaces what differs from run to run; equal ids stay equal. */
function normalised(text: string): string {
  const seen = new Map<string, string>();
  return text
    .replaceAll(node.url, 'http://127.0.0.1:4400')
    .replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, (id) => {
      const name = seen.get(id) ?? `<id ${seen.size + 1}>`;
      seen.set(id, name);
      return name;
    })
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>');
}

test('the commands of docs/events.md answer as the page says', async () => {
  const [, body] = /\/v1\/events".*?-d '(.+?)'\n/s.exec(await page('publishing')) ?? [];
  expect((await node.call('POST', '/v1/events', body)).status).toBe(202);
  await eventually('the delivery', async () => {
    const { body: list } = await node.call('GET', '/v1/events/order-1001-paid');
    return list.event.invocations[0].attempts_count === 1;
  });
  const events = await page('events');
  const examples = [...events.matchAll(EXAMPLE)];
  // None in another form, which would not run.
  expect(events.match(/\bcurl /g)).toHaveLength(examples.length);
  expect(examples).toHaveLength(4);
  for (const [, path, shown] of examples as unknown as [string, string, string][]) {
    const answer = await fetch(node.url + path.replaceAll('\\', ''), {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    if (path.endsWith('/body')) expect(normalised(text)).toBe(normalised(shown));
    else {
      expect(JSON.parse(normalised(text)), path).toEqual(JSON.parse(normalised(shown)));
      expect(Object.keys(JSON.parse(text)), path).toEqual(Object.keys(JSON.parse(shown)));
    }
  }
});
