import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INDEX_ADDITIONS } from '../database/index-additions.ts';
import { smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { explain } from '../testing/explain.ts';
import {
  createTestTrail,
  outcomeOf,
  storeInvocations,
  storeWebhook,
  type TestTrail,
} from '../testing/test-trail.ts';
import { claimInvocations } from './claim-invocations.ts';
import { endInvocations } from './end-invocations.ts';
import { endOrphans } from './end-orphans.ts';
import { parkInvocations } from './park-invocations.ts';
import { UNDELIVERED } from './parts/undelivered.ts';
import { readInvocation } from './read-invocation.ts';
import { type OutcomeRow, recordOutcomes } from './record-outcomes.ts';
import type { LeaseRow } from './renew-leases.ts';
import { replayInvocation } from './replay-invocation.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

let claims = 0;

async function claim(webhookId: string): Promise<LeaseRow[]> {
  const lane = laneOf(webhookId);
  const rows = await trail.database.run(claimInvocations, {
    lane,
    wanted: [{ webhookId, room: 1_000 }],
    leaseMs: 30_000 + 1_000 * ++claims,
  });
  return rows.map((row) => ({
    lane,
    webhookId,
    invocationId: row.id,
    leasedUntilMs: row.due_at.getTime(),
  }));
}

async function claimed(count = 1): Promise<LeaseRow[]> {
  const webhookId = newId(Date.now());
  await storeInvocations(trail, { webhookId, count });
  return claim(webhookId);
}

const oneClaimed = async () => (await claimed())[0] as LeaseRow;

const record = (lease: LeaseRow, values: Partial<OutcomeRow> = {}) =>
  trail.database.run(recordOutcomes, { outcomes: [outcomeOf(lease, values)], repeated: false });

const makeDue = ({ invocationId }: LeaseRow) =>
  trail.sql(`update invocation set due_at = now() - interval '1 s' where id = $1`, [
    uuidFromId(invocationId),
  ]);

async function factsOf({ invocationId }: LeaseRow): Promise<unknown[]> {
  const { duration_ms, error_class, trigger, reason_code } = await trail.invocation(invocationId);
  return [duration_ms, error_class, trigger, reason_code];
}

/** Whether it is undelivered, by the index if that exists. */
async function isUndelivered({ lane, webhookId, invocationId }: LeaseRow): Promise<boolean> {
  const rows = await trail.sql(
    `select from invocation where lane = $1 and webhook_id = $2 and id = $3 and ${UNDELIVERED}`,
    [lane, uuidFromId(webhookId), uuidFromId(invocationId)],
  );
  return rows.length === 1;
}

async function replay({ lane, webhookId, invocationId }: LeaseRow): Promise<void> {
  await storeWebhook(trail); // and the account
  const replayed = await trail.database.run(replayInvocation, {
    accountId: 1,
    version: 0,
    lane,
    webhookId,
    id: invocationId,
    entry: '{}',
    leased: false,
    leaseMs: 1,
  });
  expect(replayed).toHaveLength(1);
}

const park = ({ lane, webhookId }: LeaseRow, ends = false) =>
  trail.database.run(parkInvocations, {
    lane,
    webhookId,
    status: 'circuit broken',
    ends,
    entry: '{}',
    reason: 'open',
    reasonCode: 'breaker',
    fromUs: 0,
    limit: 10,
  });

const FAILED = {
  status: 'failed',
  statusCode: null,
  errorClass: 'dns',
  durationMs: 40,
  reasonCode: 'retry',
} as const;
const SUCCESS = { status: 'success', statusCode: 200, retryInMs: null } as const;

describe('the facts of an invocation', () => {
  it('are those of the latest attempt that decided', async () => {
    const lease = await oneClaimed();
    expect(await factsOf(lease)).toEqual([null, null, null, null]);
    await record(lease, FAILED);
    expect(await factsOf(lease)).toEqual([40, 'dns', null, 'retry']);
    const [attempt] = await trail.sql('select error_class from attempt where invocation_id = $1', [
      uuidFromId(lease.invocationId),
    ]);
    expect(attempt).toEqual({ error_class: 'dns' });
    await makeDue(lease);
    const [again] = (await claim(lease.webhookId)) as [LeaseRow];
    await record(again, { ...SUCCESS, durationMs: 7, manual: true });
    expect(await factsOf(lease)).toEqual([7, null, 'manual', null]);
  });

  it('are not those of a failure under a lost lease, but of a success under it', async () => {
    const lease = await oneClaimed();
    await makeDue(lease);
    await claim(lease.webhookId);
    expect(await factsOf(lease)).toEqual([null, null, null, 'lease lost']);
    await record(lease, FAILED);
    expect(await factsOf(lease)).toEqual([null, null, null, 'lease lost']);
    await record(lease, { ...SUCCESS, durationMs: 7, errorClass: 'answer cut off' });
    expect(await factsOf(lease)).toEqual([7, 'answer cut off', null, null]);
  });

  it('keep the latest attempt when an invocation is held back, lost or ended', async () => {
    const lease = await oneClaimed();
    await record(lease, FAILED);
    await makeDue(lease);
    await park(lease);
    expect(await factsOf(lease)).toEqual([40, 'dns', null, 'breaker']);
    await claim(lease.webhookId);
    await makeDue(lease);
    await replay(lease);
    expect(await factsOf(lease)).toEqual([40, 'dns', null, 'lease lost']);
    await trail.database.run(endOrphans, {
      lane: lease.lane,
      webhookId: lease.webhookId,
      limit: 5,
      entry: '{}',
    });
    expect(await factsOf(lease)).toEqual([40, 'dns', null, 'deleted']);

    const other = await oneClaimed();
    const end = { reason: 'gone', reasonCode: 'expired', entry: '{}' } as const;
    await trail.database.run(endInvocations, { leases: [other], ...end });
    expect(await factsOf(other)).toEqual([null, null, null, 'expired']);
  });
});

it('shows no trigger of an attempt of an earlier version, which may have been manual', async () => {
  const lease = await oneClaimed();
  await record(lease, FAILED);
  const { lane, webhookId, invocationId: id } = lease;
  const shown = async () => {
    const [row] = await trail.database.run(readInvocation, { lane, webhookId, id });
    return row?.trigger;
  };
  expect(await shown()).toBe('schedule');
  await trail.sql('update invocation set duration_ms = null, error_class = null where id = $1', [
    uuidFromId(id),
  ]);
  expect(await shown()).toBe(null);
});

describe('an undelivered invocation', () => {
  it('waits after a failure, or is final without a success', async () => {
    const lease = await oneClaimed();
    expect(await isUndelivered(lease)).toBe(false);
    await record(lease, FAILED);
    expect(await isUndelivered(lease)).toBe(true);
    await makeDue(lease);
    const [again] = (await claim(lease.webhookId)) as [LeaseRow];
    expect(await isUndelivered(lease)).toBe(true);
    await record(again, { ...FAILED, retryInMs: null, reasonCode: 'exhausted' });
    expect(await isUndelivered(lease)).toBe(true);

    const success = await oneClaimed();
    await record(success, SUCCESS);
    expect(await isUndelivered(success)).toBe(false);
  });

  it('is not one that is held back before its first attempt, or after a success', async () => {
    const webhookId = newId(Date.now());
    const [invocationId] = (await storeInvocations(trail, { webhookId })) as [string];
    const first = { lane: laneOf(webhookId), webhookId, invocationId, leasedUntilMs: 0 };
    await park(first);
    expect(await factsOf(first)).toEqual([null, null, null, 'breaker']);
    expect(await isUndelivered(first)).toBe(false);

    const delivered = await oneClaimed();
    await record(delivered, SUCCESS);
    await makeDue(delivered);
    await park(delivered);
    expect(await isUndelivered(delivered)).toBe(false);
  });

  it('is not one that was delivered before a replay of it failed, or was lost', async () => {
    const lease = await oneClaimed();
    await record(lease, SUCCESS);
    await makeDue(lease);
    const [again] = (await claim(lease.webhookId)) as [LeaseRow];
    await record(again, { ...FAILED, manual: true, resumes: true });
    expect(await trail.invocation(lease.invocationId)).toMatchObject({ status: 'failed' });
    expect(await isUndelivered(lease)).toBe(false);
    await makeDue(lease);
    await claim(lease.webhookId);
    await makeDue(lease);
    await claim(lease.webhookId);
    expect(await trail.invocation(lease.invocationId)).toMatchObject({ status: 'unknown' });
    expect(await isUndelivered(lease)).toBe(false);
  });

  it('is not one that an earlier version delivered, before a replay of it failed', async () => {
    const lease = await oneClaimed();
    await record(lease, SUCCESS);
    const id = uuidFromId(lease.invocationId);
    await trail.sql('update invocation set delivered = false where id = $1', [id]);
    expect(await isUndelivered(lease)).toBe(false);
    await replay(lease);
    const [again] = (await claim(lease.webhookId)) as [LeaseRow];
    await record(again, { ...FAILED, manual: true, resumes: true });
    expect(await trail.invocation(lease.invocationId)).toMatchObject({ status: 'failed' });
    expect(await isUndelivered(lease)).toBe(false);
  });

  it('is one that is held back after a failure, ended by the breaker, or of unknown outcome', async () => {
    const held = await oneClaimed();
    await record(held, { ...FAILED, status: 'client error', statusCode: 404 });
    await makeDue(held);
    await park(held);
    expect(await isUndelivered(held)).toBe(true);

    const ended = await oneClaimed();
    await makeDue(ended);
    await park(ended, true);
    expect(await isUndelivered(ended)).toBe(true);

    const unknown = await oneClaimed();
    await makeDue(unknown);
    await claim(unknown.webhookId);
    expect(await isUndelivered(unknown)).toBe(true);
  });
});

describe('the index of undelivered invocations', () => {
  const bytes = async () => {
    const [row] = await trail.sql<{ bytes: string }>(
      `select sum(pg_relation_size(i.indexrelid)) as bytes
      from pg_index i join pg_class c on c.oid = i.indexrelid
      where pg_get_indexdef(i.indexrelid) like '%(lane, webhook_id, id) WHERE%'
        and c.relkind = 'i'`,
    );
    return Number(row?.bytes);
  };

  it('has the condition of the statements', () => {
    const addition = INDEX_ADDITIONS.find(({ name }) => name === 'invocation_undelivered');
    expect(addition?.where).toBe(UNDELIVERED);
  });

  it('gets no entry of successes, and one of each failure', async () => {
    const before = await bytes();
    expect(before).toBeGreaterThan(0);
    const successes = await claimed(500);
    const outcomes = (leases: readonly LeaseRow[], values: Partial<OutcomeRow>) =>
      leases.map((lease) => outcomeOf(lease, values));
    await trail.database.run(recordOutcomes, {
      outcomes: outcomes(successes, SUCCESS),
      repeated: false,
    });
    expect(await bytes()).toBe(before);
    const failures = await claimed(500);
    await trail.database.run(recordOutcomes, {
      outcomes: outcomes(failures, FAILED),
      repeated: false,
    });
    expect(await bytes()).toBeGreaterThan(before);
  });

  it('serves a page of them, and reads nothing else', async () => {
    const webhookId = newId(Date.now());
    await storeInvocations(trail, { webhookId, count: 600 });
    const leases = await claim(webhookId);
    await trail.database.run(recordOutcomes, {
      outcomes: leases.map((lease, index) => outcomeOf(lease, index < 3 ? FAILED : SUCCESS)),
      repeated: false,
    });
    const page = query<{ lane: number; webhookId: string }, never>(
      'read-undelivered',
      { lane: smallint((p) => p.lane), webhook_id: uuid((p) => p.webhookId) },
      `select id from invocation
      where lane = $lane and webhook_id = $webhook_id and ${UNDELIVERED}
      order by id desc limit 20`,
    );
    for (const prepare of ['select 1', 'analyze']) {
      await trail.sql(prepare);
      const scans = await explain(trail.database, page, { lane: laneOf(webhookId), webhookId });
      const read = scans.filter(({ rows }) => rows > 0);
      expect(read.map(({ index, rows }) => [index, rows])).toEqual([
        [expect.stringMatching(/_lane_webhook_id_id_idx$/), 3],
      ]);
    }
  });
});
