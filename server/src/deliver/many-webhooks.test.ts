import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { idArray, int2Array } from '../database/binary-arrays.ts';
import { StatementRun } from '../database/statement-run.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { subscribe } from '../testing/subscribe.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { sql, startTestNode, type TestNode } from '../testing/test-node.ts';

/*
 * One account with 100,000 webhooks, each with a retry that is due in hours. It counts the
 * statements of the node: how many, with how many values, and with how many rows as their result.
 */

const WEBHOOKS = 100_000;
const AT_ONCE = 20_000;

/** A statement that the node ran. */
interface Ran {
  readonly name: string;
  readonly values: readonly unknown[];
  rows: number | undefined;
}

let database: { url: string; drop(): Promise<void> };
let receiver: Receiver;
let node: TestNode;
let ids: string[];
/** The webhook of the tests, one of the many. */
let webhookId: string;
const ran: Ran[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  const first = await startTestNode(database.url);
  webhookId = await subscribe(first.url, 'many.one', receiver.url);
  const delivery = { schedule_seconds: [1, 1, 1], breaker: null };
  await first.call('PUT', `/v1/webhooks/${webhookId}/delivery`, { delivery });
  await first.stop();
  ids = Array.from({ length: WEBHOOKS }, () => newId(Date.now()));
  for (let from = 0; from < WEBHOOKS; from += AT_ONCE) {
    await fill(ids.slice(from, from + AT_ONCE));
  }
  node = await startTestNode(database.url);
  watch();
}, 120_000);

afterAll(async () => {
  vi.restoreAllMocks();
  await node.stop();
  await receiver.close();
  await database.drop();
});

/** Stores copies of the webhook, and for each an invocation that waits. */
async function fill(copies: readonly string[]): Promise<void> {
  await sql(
    database.url,
    `with copied as (
      insert into webhook (
        id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
        signing_secret, created_at, created_by
      )
      select
        c.id, account_id, 'copy', status, array['many.copy'], endpoint, http_method,
        request_format, signing_secret, created_at, created_by
      from unnest($2::uuid[]) as c (id), webhook w
      where w.id = $1
    )
    insert into invocation (
      lane, id, webhook_id, event_id, event_type, status, attempts_count, latest_at, due_at
    )
    select c.lane, c.id, c.id, c.id, 'many.copy', 'server error', 1, now(), now() + interval '3 hours'
    from unnest($2::uuid[], $3::smallint[]) as c (id, lane)`,
    [uuidFromId(webhookId), idArray(copies), int2Array(copies.map(laneOf))],
  );
}

/** Notes what the pools of this process run from now on. */
function watch(): void {
  const submit = StatementRun.prototype.submit;
  vi.spyOn(StatementRun.prototype, 'submit').mockImplementation(function (
    this: StatementRun<unknown>,
    connection: pg.Connection,
  ) {
    const one: Ran = { name: this.name, values: this.values, rows: undefined };
    ran.push(one);
    let rows = 0;
    const readRow = this.handleDataRow;
    this.handleDataRow = function (message) {
      rows++;
      readRow.call(this, message);
    };
    const end = this.handleReadyForQuery;
    this.handleReadyForQuery = function () {
      one.rows = rows;
      end.call(this);
    };
    return submit.call(this, connection);
  });
}

/** The number of items in the values of a statement: a binary array has 20 bytes before them. */
function itemsIn({ values }: Ran): number {
  return Math.max(
    0,
    ...values.map((value) => {
      if (Buffer.isBuffer(value) && value.length >= 20) return value.readInt32BE(12);
      return Array.isArray(value) ? value.length : 1;
    }),
  );
}

const named = (statements: readonly Ran[], name: string) =>
  statements.filter((one) => one.name === name);

async function swept(lanes: number): Promise<readonly Ran[]> {
  const from = ran.length;
  return eventually('the sweeps', () => {
    const since = ran.slice(from);
    return named(since, 'find-due-webhooks').length > lanes ? since : undefined;
  });
}

describe(`a node with ${WEBHOOKS} webhooks in an account`, () => {
  test('runs no statement that grows with them while it is idle', async () => {
    const statements = await swept(3);
    // The last one may still run.
    const done = statements.filter(({ rows }) => rows !== undefined);
    expect(named(done, 'find-due-webhooks').length).toBeGreaterThanOrEqual(3);
    expect(named(statements, 'claim-invocations')).toEqual([]);
    for (const one of done) {
      // A row for each partition, read at the start and then each ten minutes.
      if (one.name === 'read-storage') continue;
      expect(one.rows, `rows of ${one.name}`).toBeLessThanOrEqual(2);
      expect(itemsIn(one), `values of ${one.name}`).toBeLessThanOrEqual(64);
    }
  });

  test('looks for a retry at its time, and only at its webhook', async () => {
    receiver.behave(answering(500));
    const from = ran.length;
    const published = await node.call('POST', '/v1/events', { type: 'many.one' });
    const id = published.body.invocations[0].id as string;
    await eventually('four attempts', () => receiver.requestsOf(id).length === 4);
    await eventually('the end', async () => {
      const path = `/v1/webhooks/${webhookId}/invocations/${id}`;
      return (await node.call('GET', path)).body.invocation.attempts_count === 4;
    });
    const statements = ran.slice(from);
    // The first attempt needs no claim; each of the three retries needs one, and one look at what
    // is due next. Were it left to the sweep, a retry could be 32 s late.
    const claims = named(statements, 'claim-invocations');
    expect(claims.filter(({ rows }) => rows === 1)).toHaveLength(3);
    // A sweep of its lane may have found what was claimed right afterwards.
    const lane = laneOf(webhookId);
    const sweeps = named(statements, 'find-due-webhooks').filter(
      ({ values }) => values[0] === lane,
    );
    expect(claims.length).toBeLessThanOrEqual(3 + sweeps.length);
    for (const claim of claims) expect(itemsIn(claim)).toBe(1);
    expect(named(statements, 'next-due').length).toBeLessThanOrEqual(claims.length);
    for (const one of statements) expect(itemsIn(one), one.name).toBeLessThanOrEqual(64);
  });

  test('sends the retries of some of them when they are due, a claim for each at most', async () => {
    receiver.behave(answering(200));
    const due = ids.slice(0, 200);
    await sql(
      database.url,
      `with stored as (
        insert into event (lane, id, account_id, type, body)
        select c.lane, c.id, 1, 'many.copy', '{}'
        from unnest($1::uuid[], $2::smallint[]) as c (id, lane)
      )
      update invocation set due_at = now() where id = any ($1::uuid[])`,
      [idArray(due), int2Array(due.map(laneOf))],
    );
    const from = ran.length;
    // As another node announces what has fallen due.
    await sql(database.url, 'select pg_notify($1, $2)', ['hooktrail_due', due.join(',')]);
    await eventually('the retries', () => due.every((id) => receiver.requestsOf(id).length === 1));
    const statements = ran.slice(from);
    const claims = named(statements, 'claim-invocations');
    // Twice at most: a sweep may find what is claimed right afterwards.
    const looks = claims.reduce((sum, claim) => sum + itemsIn(claim), 0);
    expect(looks).toBeLessThanOrEqual(2 * due.length);
    // The outcomes of the test before are counted within a second, perhaps with these.
    const webhooks = due.length + 1;
    for (const one of statements) expect(itemsIn(one), one.name).toBeLessThanOrEqual(webhooks);
  });
});
