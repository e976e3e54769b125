import { eventually } from '@hooktrail/harness/eventually';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { startTestNode, type TestNode } from '../testing/test-node.ts';

let database: TestDatabase;
const nodes: TestNode[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  for (let count = 0; count < 2; count++) nodes.push(await startTestNode(database.url));
});
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await database.drop();
});

test('a change is visible immediately on the node that made it, and soon on the others', async () => {
  const [one, other] = nodes as [TestNode, TestNode];
  const profileAt = async (node: TestNode) =>
    (await node.call('GET', '/v1/account')).body.account.profile;
  for (const profile of ['zendesk', 'durable'] as const) {
    const { status } = await one.call('PUT', '/v1/account', { account: { profile } });
    expect(status).toBe(200);
    expect(await profileAt(one)).toBe(profile);
    await eventually('the other node to know', async () => (await profileAt(other)) === profile);
  }
});
