import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { follow } from '../../testing/follow.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestNode, type TestNode, TOKEN } from '../../testing/test-node.ts';

/** Runs the commands of `docs/feed.md`, and compares what they print with the page. */

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;
let page: string;

beforeAll(async () => {
  page = await readFile(new URL('../../../../docs/feed.md', import.meta.url), 'utf8');
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
  await node?.stop();
  await receiver?.close();
  await database?.drop();
});

/** Prints what a command of the page prints until its last expected event, or for a time. */
function run(command: string, last: string, env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('bash', ['-c', `exec ${command}`], {
      env: { ...process.env, HOOKTRAIL: node.url, TOKEN, ...env },
    });
    let printed = '';
    child.stdout?.on('data', (chunk: string) => {
      printed += chunk;
      if (new RegExp(`event: ${last}\\n.*\\n\\n$`).test(printed)) child.kill();
    });
    child.once('error', reject);
    child.once('close', () => resolve(printed));
  });
}

/** Replaces what differs from run to run; equal ids stay equal. */
function normalised(text: string): string {
  const seen = new Map<string, string>();
  return (
    text
      .replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, (id) => {
        const name = seen.get(id) ?? `<id ${seen.size + 1}>`;
        seen.set(id, name);
        return name;
      })
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
      .replace(/^id: [\w-]+(\.\d+)?$/gm, 'id: <place>$1')
      .replace(/"duration_ms":\d+/g, '"duration_ms":0')
      // Of an event that is read later, it is not known whether it was in flight.
      .replace(/"state":"(?:in flight|waiting)"/g, '"state":"in flight"')
  );
}

test('the commands of docs/feed.md print what the page says', async () => {
  const event = { type: 'order.paid', id: 'order-1001-paid', subject: 'acme:order:1001' };
  expect((await node.call('POST', '/v1/events', event)).status).toBe(202);
  const stream = await follow(node.url, 'since=1m');
  const [accepted] = await stream.until(3);
  await stream.close();

  const [, first = '', shown = ''] =
    /```sh\n(curl[^`]+since=10m)\n```\n\n```\n([^`]+)```/.exec(page) ?? [];
  expect(normalised(await run(first, 'settled', {}))).toBe(normalised(shown));

  const [, second = ''] = /```sh\n(curl[^`]+Last-Event-ID[^`]+)\n```/.exec(page) ?? [];
  const rest = await run(second, 'settled', { LAST: accepted?.id ?? '' });
  expect([...rest.matchAll(/^event: (.*)$/gm)].map(([, kind]) => kind)).toEqual([
    'attempted',
    'settled',
  ]);
});
