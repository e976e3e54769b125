import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { parseQuery } from '@hooktrail/sdk/query';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { startTestNode, type TestNode, TOKEN } from '../../testing/test-node.ts';

/** Runs the commands and the queries of `docs/query.md` against a node with deliveries. */

const page = await readFile(new URL('../../../../docs/query.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n(.+?)\n\`\`\``, 'gs'))].map(
    (match) => match[1] as string,
  );
const commands = blocks('sh');
const queries = blocks('query').flatMap((block) => block.split('\n'));

/** The pointers that an account can ask for at first. */
const DEFAULT_KEYS = ['/subject', '/detail/id'];

let database: TestDatabase;
let node: TestNode;
let receiver: Receiver;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startTestNode(database.url);
  receiver = await startReceiver();
  const webhook = {
    name: 'Orders, EU',
    status: 'active',
    endpoint: receiver.url,
    http_method: 'POST',
    request_format: 'json',
    subscriptions: ['order.*'],
  };
  for (const endpoint of [receiver.url, 'http://127.0.0.1:9/']) {
    const made = await node.call('POST', '/api/v2/webhooks', { webhook: { ...webhook, endpoint } });
    expect(made.status).toBe(201);
  }
  for (let event = 0; event < 3; event++) {
    const published = await node.call('POST', '/v1/events', { type: 'order.paid' });
    expect(published.status).toBe(202);
  }
  await eventually('the attempts', async () => {
    const { body } = await node.call('GET', '/v1/invocations?attempts=>0');
    return body.invocations.length === 6;
  });
});
afterAll(async () => {
  await node.stop();
  await receiver.close();
  await database.drop();
});

test('every command is one of curl', () => {
  expect(commands.length).toBeGreaterThanOrEqual(3);
  expect(page.match(/\bcurl -/g)).toHaveLength(commands.length);
});

test.each(commands)('finds what it is meant to: %s', async (command) => {
  const { stdout } = await promisify(execFile)('sh', ['-euc', command], {
    env: { ...process.env, HOOKTRAIL: node.url, TOKEN },
  });
  const { invocations, meta } = JSON.parse(stdout);
  expect(invocations.length, stdout).toBeGreaterThan(0);
  expect(meta.covered).toBeDefined();
});

test.each(queries)(
  'is served, or refused with the field that no operation serves: %s',
  async (q) => {
    const { body, status } = await node.call(
      'GET',
      `/v1/invocations?${new URLSearchParams({ q })}`,
    );
    const unserved = parseQuery(q).some(
      (term) =>
        ['header', 'text', 'job'].includes(term.field) ||
        (term.field === 'json' && !DEFAULT_KEYS.includes(term.pointer)) ||
        (term.field === 'origin' && !term.values.includes('local')),
    );
    expect([status, body.errors?.[0]?.message ?? '']).toEqual(
      unserved ? [400, expect.stringMatching(/cannot serve|is no key of this account/)] : [200, ''],
    );
  },
);
