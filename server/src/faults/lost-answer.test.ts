import { type DatabaseGate, startDatabaseGate } from '@hooktrail/harness/database-gate';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectWholeTrail } from '../testing/expect-whole-trail.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, makeDue, sql, startTestNode, type TestNode } from '../testing/test-node.ts';

/** How the statement's name begins in PostgreSQL's protocol; its day follows. The statement commits. */
const INSERT = 'insert-keyed-events-';

let database: TestDatabase;
let gate: DatabaseGate;
let node: TestNode;
let receiver: Receiver;

beforeAll(async () => {
  database = await createTestDatabase();
  gate = await startDatabaseGate(database.url);
  receiver = await startReceiver();
  node = await startTestNode(gate.url);
  await subscribe(node.url, 'lost.answer', receiver.url);
});

afterAll(async () => {
  await node.stop();
  await gate.close();
  await receiver.close();
  await database.drop();
});

async function stored(id: string): Promise<number> {
  const rows = await sql(
    database.url,
    `select from event where body::json -> 'detail' ->> 'order' = $1`,
    [id],
  );
  return rows.length;
}

describe('the connection breaks after the commit and before its answer', () => {
  test.each([
    ['an Idempotency-Key', {}, { 'idempotency-key': 'order-1' }],
    ["the event's own id", { id: 'order-2' }, {}],
  ])(
    'with %s: 503, and a repetition makes one event and one delivery',
    async (name, own, headers) => {
      const event = { type: 'lost.answer', detail: { order: name }, ...own };
      gate.swallowAnswerTo(INSERT);
      const lost = await call(node.url, 'POST', '/v1/events', event, headers);
      expect(lost.status).toBe(503);
      expect(lost.headers.get('retry-after')).toBe('1');
      // The event was stored all the same: only the publisher can say that a repetition is the
      // same.
      await eventually('the event', async () => (await stored(name)) === 1);

      const repeated = await call(node.url, 'POST', '/v1/events', event, headers);
      expect(repeated.status).toBe(202);
      expect(await stored(name)).toBe(1);
      const id = repeated.body.invocations[0].id;
      // If the node leased it to itself, it never learned so, and the lease must expire first.
      await makeDue(database.url, { expired: true });
      await eventually('the delivery', () => receiver.requestsOf(id).length === 1);
      const accepted = new Map([[name, id as string]]);
      expect(await expectWholeTrail(database.url, receiver, accepted)).toBe(0);
    },
  );
});
