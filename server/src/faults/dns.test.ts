import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseGate, startDatabaseGate } from '@hooktrail/harness/database-gate';
import { eventually } from '@hooktrail/harness/eventually';
import { failingName } from '@hooktrail/harness/failing-name';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectWholeTrail } from '../testing/expect-whole-trail.ts';
import { startPublishers } from '../testing/publishers.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, makeDue } from '../testing/test-node.ts';

const NAME = 'database.example.invalid';

let database: TestDatabase;
let gate: DatabaseGate;
let receiver: Receiver;
let server: ServerProcess;
let folder: string;
let state: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-dns-'));
  state = join(folder, 'state');
  await writeFile(state, '');
  database = await createTestDatabase();
  gate = await startDatabaseGate(database.url);
  receiver = await startReceiver();
  const url = new URL(gate.url);
  url.hostname = NAME;
  server = await startServer({
    HOOKTRAIL_DATABASE_URL: url.href,
    ...failingName(NAME, state),
  });
});

afterAll(async () => {
  server.kill('SIGKILL');
  await server.ended;
  await gate.close();
  await receiver.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

describe('DNS fails', () => {
  test.each(['ENOTFOUND', 'EAI_AGAIN'])(
    'for the database (%s): 503 with retry-after, and the node recovers',
    async (code) => {
      const type = `dns.${code.toLowerCase()}`;
      await subscribe(server.url, type, receiver.url);
      const load = startPublishers({ url: () => server.url, type });
      await eventually('the load', () => load.accepted.size >= 50);

      await writeFile(state, code);
      gate.cut(); // the connections from before the failure
      const before = load.refusals.length;
      await eventually('refusals', () => load.refusals.length >= before + 20);
      expect((await call(server.url, 'GET', '/healthz')).status).toBe(200);
      expect((await call(server.url, 'GET', '/readyz')).status).toBe(503);

      await writeFile(state, '');
      const accepted = load.accepted.size;
      await eventually('publishing to continue', () => load.accepted.size >= accepted + 50);
      await load.stop();
      for (const { status, retryAfter } of load.refusals) {
        expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '1' });
      }
      await makeDue(database.url, { expired: true });
      await expectWholeTrail(database.url, receiver, load.accepted);
      expect(server.output()).toContain(code);
    },
    120_000,
  );

  test('for an endpoint: the attempt says so, and a retry follows', async () => {
    const endpoint = 'http://hooks.example.invalid/hook';
    const webhookId = await subscribe(server.url, 'dns.endpoint', endpoint);
    const { body } = await call(server.url, 'POST', '/v1/events', { type: 'dns.endpoint' });
    const path = `/api/v2/webhooks/${webhookId}/invocations`;
    const waiting = await eventually('the attempt', async () => {
      const page = await call(server.url, 'GET', path);
      const [invocation] = page.body.invocations;
      return invocation.attempts_count === 1 ? invocation : undefined;
    });
    expect(waiting).toMatchObject({ status: 'failed', next_attempt_at: expect.any(String) });
    const id = body.invocations[0].id;
    const { body: list } = await call(server.url, 'GET', `${path}/${id}/attempts`);
    expect(list.attempts).toMatchObject([{ error_message: expect.stringMatching(/^dns: /) }]);

    // The name never resolves here, so the endpoint moves to another address.
    const changed = { webhook: { endpoint: receiver.url } };
    await call(server.url, 'PATCH', `/api/v2/webhooks/${webhookId}`, changed);
    await makeDue(database.url);
    await eventually('the delivery', () => receiver.requestsOf(id).length === 1);
    await eventually('the record', async () => {
      const page = await call(server.url, 'GET', path);
      const [{ status, attempts_count }] = page.body.invocations;
      return status === 'success' && attempts_count === 2;
    });
  });
});
