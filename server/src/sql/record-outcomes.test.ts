import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstIdAt, newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import {
  createTestTrail,
  outcomeOf,
  storeInvocations,
  type TestTrail,
} from '../testing/test-trail.ts';
import { claimInvocations } from './claim-invocations.ts';
import { readAttempts } from './read-attempts.ts';
import { type OutcomeRow, recordOutcomes } from './record-outcomes.ts';
import type { LeaseRow } from './renew-leases.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail({ days: 3 });
});
afterAll(() => trail.drop());

/** Stores invocations of a new webhook and claims them. */
async function claimed(count = 1, atMs = Date.now()): Promise<LeaseRow[]> {
  const webhookId = newId(Date.now());
  await storeInvocations(trail, { webhookId, count, atMs });
  return claimAgain(webhookId);
}

/** Gives each lease its own end, because a row has one lease per millisecond. */
let claims = 0;

async function claimAgain(webhookId: string): Promise<LeaseRow[]> {
  const lane = laneOf(webhookId);
  const rows = await trail.database.run(claimInvocations, {
    lane,
    wanted: [{ webhookId, room: 1_000 }],
    leaseMs: 30_000 + 1_000 * ++claims,
  });
  return rows.map((row) => ({
    lane,
    webhookId: row.webhook_id,
    invocationId: row.id,
    leasedUntilMs: row.due_at.getTime(),
  }));
}

/** Expires the lease and lets another node claim the row. */
async function lose(lease: LeaseRow): Promise<LeaseRow> {
  const [row] = await trail.sql<{ webhook_id: string }>(
    `update invocation set due_at = now() - interval '1 ms' where id = $1 returning webhook_id`,
    [uuidFromId(lease.invocationId)],
  );
  const [next] = await claimAgain(row?.webhook_id as string);
  return next as LeaseRow;
}

async function record(outcomes: readonly OutcomeRow[], repeated = false): Promise<number> {
  const [row] = await trail.database.run(recordOutcomes, { outcomes, repeated });
  return (row as { recorded: number }).recorded;
}

const attemptsOf = (lane: number, invocationId: string) =>
  trail.database.run(readAttempts.statement(true, {}), {
    lane,
    webhookId: firstIdAt(0),
    invocationId,
    filters: {},
    startNumber: 100,
    startId: firstIdAt(0),
    limit: 10,
    maxBytes: 1_000,
    raw: false,
    asRemote: false,
  });

/** What the history says of lost leases; as many as were counted. */
async function lostLeases(lease: LeaseRow): Promise<{ at: string; what: string; why: string }[]> {
  const [row] = await trail.sql<{ lost_count: number; history: string | null }>(
    'select lost_count, history from invocation where id = $1',
    [uuidFromId(lease.invocationId)],
  );
  const entries = JSON.parse(`[${row?.history ?? ''}]`);
  expect(row?.lost_count).toBe(entries.length);
  for (const { at } of entries) expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
  return entries;
}

const success = { status: 'success', statusCode: 200, retryInMs: null } as const;

describe('recordOutcomes', () => {
  it('writes the attempt and settles the invocation', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    const completedAtMs = Date.now() + 500;
    const phases = Uint8Array.of(0b111_0000, 0, 9);
    const outcome = outcomeOf(lease, { ...success, statusCode: 204, completedAtMs, phases });
    expect(await record([outcome])).toBe(1);

    expect(await trail.invocation(lease.invocationId)).toMatchObject({
      status: 'success',
      status_code: 204,
      attempts_count: 1,
      leased: false,
      due_at: null,
      latest_at: new Date(completedAtMs),
      reason: null,
    });
    const { lane, invocationId } = lease;
    expect(await attemptsOf(lane, invocationId)).toEqual([
      {
        id: outcome.attemptId,
        number: 1,
        manual: false,
        reason: null,
        recorded_at: expect.any(Date),
        completed_at: null,
        status: 'success',
        status_code: 204,
        duration_ms: 12,
        phases: Buffer.from(phases),
        error_class: null,
        error_message: null,
        method: 'POST',
        url: 'https://example.com/hook',
        request_headers: outcome.requestHeaders,
        response_headers: outcome.responseHeaders,
        response_body: 'no',
        response_length: 2,
        response_raw: null,
        resend_id: null,
        job_id: null,
        requested_by: null,
        target_webhook_id: null,
        bytes: expect.any(Number),
      },
    ]);
  });

  it('counts manual attempts and lost leases beyond 32,767', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    const id = uuidFromId(lease.invocationId);
    await trail.sql(
      'update invocation set manual_count = 32767, lost_count = 32767 where id = $1',
      [id],
    );
    expect(await record([outcomeOf(lease, { ...success, manual: true })])).toBe(1);
    expect(
      await trail.sql('select manual_count, lost_count from invocation where id = $1', [id]),
    ).toEqual([{ manual_count: 32_768, lost_count: 32_767 }]);
  });

  it('clears the blame, for its node survived the request, also when it lost the lease', async () => {
    for (const lost of [false, true]) {
      const [lease] = (await claimed()) as [LeaseRow];
      const id = uuidFromId(lease.invocationId);
      await trail.sql(
        `update invocation set begun = true, blamed_count = 4, suspect_count = 9,
          due_at = due_at + case when $2 then interval '1 minute' else '0' end where id = $1`,
        [id, lost],
      );
      await record([outcomeOf(lease, { status: 'server error', retryInMs: 1_000 })]);
      expect(
        await trail.sql('select begun, blamed_count, suspect_count from invocation where id = $1', [
          id,
        ]),
      ).toEqual([{ begun: false, blamed_count: 0, suspect_count: 0 }]);
    }
  });

  it('writes the time of the retry with the attempt', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    await record([outcomeOf(lease, { retryInMs: 500_000, reason: 'because' })]);
    const [row] = await trail.sql<{ wait_ms: number }>(
      `select extract(epoch from due_at - now())::float8 * 1000 as wait_ms
      from invocation where id = $1`,
      [uuidFromId(lease.invocationId)],
    );
    expect(row?.wait_ms).toBeGreaterThan(440_000);
    expect(row?.wait_ms).toBeLessThanOrEqual(500_000);
    expect(await trail.invocation(lease.invocationId)).toMatchObject({
      status: 'server error',
      status_code: 500,
      reason: 'because',
      leased: false,
    });
  });

  it('records an outcome without a response', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    await record([
      outcomeOf(lease, {
        status: 'timeout',
        statusCode: null,
        errorMessage: 'timeout: no answer within 12000 ms',
        responseHeaders: null,
        responseBody: null,
        responseLength: null,
      }),
    ]);
    expect(await trail.invocation(lease.invocationId)).toMatchObject({
      status: 'timeout',
      status_code: null,
    });
    const { lane, invocationId } = lease;
    expect(await attemptsOf(lane, invocationId)).toMatchObject([
      { status: 'timeout', status_code: null, response_body: null, response_length: null },
    ]);
  });

  it('numbers attempts from 1 without gaps, retry by retry', async () => {
    let [lease] = (await claimed()) as [LeaseRow];
    for (let attempt = 1; attempt <= 4; attempt++) {
      await record([outcomeOf(lease)]);
      expect(await trail.attemptNumbers(lease.invocationId)).toEqual(
        Array.from({ length: attempt }, (_, index) => index + 1),
      );
      lease = await lose(lease);
    }
    expect(await trail.invocation(lease.invocationId)).toMatchObject({ attempts_count: 4 });
  });

  it('puts a late attempt into the partition of its invocation', async () => {
    const [lease] = (await claimed(1, Date.now() - 2 * DAY_MS)) as [LeaseRow];
    await record([outcomeOf(lease)]);
    const [row] = await trail.sql<{ at: string; its: string }>(
      `select a.tableoid::regclass::text as at, i.tableoid::regclass::text as its
      from attempt a join invocation i on i.id = a.invocation_id where i.id = $1`,
      [uuidFromId(lease.invocationId)],
    );
    expect(row?.at.replace('attempt', '')).toBe(row?.its.replace('invocation', ''));
  });

  it('never moves the sort time backwards', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    const { latest_at } = await trail.invocation(lease.invocationId);
    await record([outcomeOf(lease, { completedAtMs: latest_at.getTime() - 10_000 })]);
    expect((await trail.invocation(lease.invocationId)).latest_at).toEqual(latest_at);
  });

  it('records many outcomes at once, each on its own invocation', async () => {
    const leases = [...(await claimed(120)), ...(await claimed(80, Date.now() - DAY_MS))];
    const outcomes = leases.map((lease, index) =>
      outcomeOf(lease, index % 2 === 0 ? success : { responseBody: `body ${index}` }),
    );
    expect(await record(outcomes)).toBe(leases.length);
    const rows = await trail.sql<{ id: string; response_body: string; status: string }>(
      'select id, response_body, status from attempt where invocation_id = any ($1)',
      [leases.map((lease) => uuidFromId(lease.invocationId))],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    expect(byId.size).toBe(200);
    for (const { attemptId, status, responseBody } of outcomes) {
      expect(byId.get(attemptId)).toMatchObject({ status, response_body: responseBody });
    }
  });

  it('counts what lies outside the schedule: manual attempts, and those that we made fail', async () => {
    let [lease] = (await claimed()) as [LeaseRow];
    for (const [values, outside] of [
      [{}, 0],
      [{ manual: true }, 1],
      [{ uncounted: true }, 2],
      [{ manual: true, uncounted: true }, 3],
      [{}, 3],
    ] as const) {
      await record([outcomeOf(lease, values)]);
      expect(await trail.invocation(lease.invocationId)).toMatchObject({ manual_count: outside });
      lease = await lose(lease);
    }
  });

  it('records an attempt that another follows, and leaves the lease and the state as they are', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    const before = await trail.invocation(lease.invocationId);
    const followed = { status: 'failed', statusCode: null, uncounted: true } as const;
    await record([outcomeOf({ ...lease, leasedUntilMs: 0 }, { ...followed, retryInMs: null })]);
    expect(await trail.invocation(lease.invocationId)).toEqual({
      ...before,
      attempts_count: 1,
      manual_count: 1,
      latest_at: expect.any(Date),
    });
    await record([outcomeOf(lease, success)]);
    expect(await trail.invocation(lease.invocationId)).toMatchObject({
      status: 'success',
      attempts_count: 2,
      due_at: null,
    });
    expect(await trail.attemptNumbers(lease.invocationId)).toEqual([1, 2]);
  });

  it('keeps the bytes of a body that is shown decoded', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    const raw = Buffer.from([0x1f, 0x8b, 0, 0xff]);
    await record([outcomeOf(lease, { responseRaw: raw })]);
    const rows = await trail.sql('select response_raw from attempt where invocation_id = $1', [
      uuidFromId(lease.invocationId),
    ]);
    expect(rows).toEqual([{ response_raw: raw }]);
  });

  it('ignores an invocation that is no longer kept', async () => {
    const [lease] = (await claimed()) as [LeaseRow];
    await trail.sql('delete from invocation where id = $1', [uuidFromId(lease.invocationId)]);
    expect(await record([outcomeOf(lease)])).toBe(0);
    expect(await trail.attemptNumbers(lease.invocationId)).toEqual([]);
  });

  describe('when the lease was lost', () => {
    it('records a failure and leaves the decision to the holder', async () => {
      const [lease] = (await claimed()) as [LeaseRow];
      const holder = await lose(lease);
      await record([outcomeOf(lease, { reason: 'late' })]);
      expect(await trail.invocation(lease.invocationId)).toMatchObject({
        status: 'unknown',
        status_code: null,
        attempts_count: 1,
        leased: true,
        due_at: new Date(holder.leasedUntilMs),
        reason: null,
      });
      // The holder decides, and its attempt is the second.
      await record([outcomeOf(holder, success)]);
      expect(await trail.invocation(lease.invocationId)).toMatchObject({
        status: 'success',
        attempts_count: 2,
        leased: false,
        due_at: null,
      });
      expect(await trail.attemptNumbers(lease.invocationId)).toEqual([1, 2]);
    });

    it('settles with a success, and only records what the holder then reports', async () => {
      const [lease] = (await claimed()) as [LeaseRow];
      const holder = await lose(lease);
      await record([outcomeOf(lease, success)]);
      const settled = { status: 'success', status_code: 200, leased: false, due_at: null };
      expect(await trail.invocation(lease.invocationId)).toMatchObject(settled);
      // The holder may have sent its request, and may die before it records that.
      expect(await lostLeases(lease)).toMatchObject([
        { what: 'lease lost', why: expect.stringMatching(/^no outcome/) },
        { what: 'lease lost', why: expect.stringMatching(/^an earlier request succeeded/) },
      ]);
      await record([outcomeOf(holder, { status: 'client error', statusCode: 409 })]);
      expect(await trail.invocation(lease.invocationId)).toMatchObject({
        ...settled,
        attempts_count: 2,
      });
    });

    it('notes no lost lease where nobody holds one, or the holder itself succeeds', async () => {
      const [held, waiting, final] = (await claimed(3)) as [LeaseRow, LeaseRow, LeaseRow];
      await record([outcomeOf(waiting), outcomeOf(final, success)]);
      const late = [waiting, final].map((lease) => outcomeOf(lease, success));
      await record([outcomeOf(held, success), ...late]);
      for (const lease of [held, waiting, final]) expect(await lostLeases(lease)).toEqual([]);
    });

    it('settles an invocation that waits for a retry with a success', async () => {
      const [lease] = (await claimed()) as [LeaseRow];
      const holder = await lose(lease);
      await record([outcomeOf(holder)]);
      await record([outcomeOf(lease, success)]);
      expect(await trail.invocation(lease.invocationId)).toMatchObject({
        status: 'success',
        attempts_count: 2,
        due_at: null,
      });
    });

    it('does not reopen what is final', async () => {
      const [lease] = (await claimed()) as [LeaseRow];
      const holder = await lose(lease);
      await record([outcomeOf(holder, { retryInMs: null, reason: 'retries exhausted' })]);
      await record([outcomeOf(lease, { retryInMs: 5_000 })]);
      expect(await trail.invocation(lease.invocationId)).toMatchObject({
        status: 'server error',
        reason: 'retries exhausted',
        attempts_count: 2,
        due_at: null,
        leased: false,
      });
    });

    it('numbers every attempt when many nodes record concurrently', async () => {
      const [lease] = (await claimed()) as [LeaseRow];
      const outcomes = Array.from({ length: 24 }, () => outcomeOf(lease));
      await Promise.all(outcomes.map((outcome) => record([outcome])));
      expect(await trail.attemptNumbers(lease.invocationId)).toEqual(
        Array.from({ length: 24 }, (_, index) => index + 1),
      );
      expect(await trail.invocation(lease.invocationId)).toMatchObject({ attempts_count: 24 });
    });
  });

  describe('when repeated', () => {
    it('writes committed outcomes only once, and the uncommitted ones', async () => {
      const [one, two] = (await claimed(2)) as [LeaseRow, LeaseRow];
      const outcomes = [outcomeOf(one), outcomeOf(two, success)];
      await record(outcomes.slice(0, 1));
      const before = await trail.invocation(one.invocationId);
      expect(await record(outcomes, true)).toBe(1);
      expect(await trail.invocation(one.invocationId)).toEqual(before);
      expect(await trail.attemptNumbers(one.invocationId)).toEqual([1]);
      expect(await trail.attemptNumbers(two.invocationId)).toEqual([1]);
      expect(await record(outcomes, true)).toBe(0);
      expect(await trail.attemptNumbers(two.invocationId)).toEqual([1]);
    });
  });
});

it('keeps nothing that an answer said of an invocation that was erased meanwhile', async () => {
  const [lease] = (await claimed()) as [LeaseRow];
  // Another node ended it: this one was thought dead.
  await trail.sql(
    'update invocation set due_at = null, leased = false, erased_at = now() where id = $1',
    [uuidFromId(lease.invocationId)],
  );
  const said = {
    errorMessage: 'said',
    reason: 'said',
    requestUrl: 'http://x/?said',
    requestHeaders: '["x","said"]',
    responseHeaders: '["x","said"]',
    responseBody: 'said',
    responseRaw: Buffer.from('said'),
    responseLength: 4,
  };
  expect(await record([outcomeOf(lease, said)])).toBe(1);
  const [row] = await trail.sql<{ text: string; response_length: number }>(
    'select a::text as text, response_length from attempt a where invocation_id = $1',
    [uuidFromId(lease.invocationId)],
  );
  expect(row?.response_length).toBe(4);
  expect(row?.text).not.toContain('said');
  expect(row?.text).not.toContain(Buffer.from('said').toString('hex'));
});
