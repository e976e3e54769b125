import { eventually } from '@hooktrail/harness/eventually';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../database/database.ts';
import type { Act } from '../model/act.ts';
import { Unavailable } from '../model/unavailable.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { tokenHash } from '../secrets/token-hash.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { startTestNode, type TestNode } from '../testing/test-node.ts';
import type { AccessStore } from './access-store.ts';
import { createAccessStore } from './create-access-store.ts';
import { createDirectory } from './create-directory.ts';

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

test('a revocation that could not be reloaded takes effect when it is repeated', async () => {
  const act: Act = { operation: 'test', by: undefined };
  const statements = openDatabase(database.url, {
    connections: 1,
    log: pino({ level: 'silent' }),
  });
  const directory = createDirectory({
    database: statements,
    secrets: createSecretBox(Buffer.alloc(32, 7)),
    onWebhook: () => undefined,
  });
  let failures = 0;
  const store: AccessStore = createAccessStore({
    clock: { now: Date.now },
    database: statements,
    directory: {
      ...directory,
      async refreshAccess() {
        if (failures-- > 0) throw new Unavailable('away');
        await directory.refreshAccess();
      },
    },
  });
  const made = await store.createToken({ accountId: 1, name: 'leaked', role: 'read' }, act);
  const { secret, token } = made as NonNullable<typeof made>;
  const revoke = () => store.revokeToken(1, token.id, act, () => undefined);
  failures = 1;
  await expect(revoke()).rejects.toBeInstanceOf(Unavailable);
  expect(directory.tokenByHash(tokenHash(secret))).toBeDefined();
  expect(await revoke()).toBe(false);
  expect(directory.tokenByHash(tokenHash(secret))).toBeUndefined();
  await statements.close();
});
