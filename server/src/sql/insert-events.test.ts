import { eventually } from '@hooktrail/harness/eventually';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idTimeMs, newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { SETTLED_MS } from '../model/settled-ms.ts';
import { DAY_MS } from '../model/time-units.ts';
import { keyedEvent } from '../testing/filled-trail.ts';
import { createTestTrail, idAt, type TestTrail } from '../testing/test-trail.ts';
import { eraseEvents } from './erase-events.ts';
import {
  type EventRow,
  type InvocationRow,
  insertEvents,
  insertKeyedEvents,
} from './insert-events.ts';
import { readEvents } from './read-events.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail({ days: 3 });
});
afterAll(() => trail.drop());

function event(values: Partial<EventRow> = {}): EventRow {
  return { id: newId(Date.now()), accountId: 1, type: 'order.paid', body: '{}', ...values };
}

function invocationOf({ id, type }: EventRow, values: Partial<InvocationRow> = {}): InvocationRow {
  const webhookId = newId(Date.now());
  return {
    id: newId(Date.now()),
    lane: laneOf(webhookId),
    webhookId,
    eventId: id,
    eventType: type,
    leased: false,
    ...values,
  };
}

const insert = (events: EventRow[], invocations: InvocationRow[]) =>
  trail.database.run(insertEvents, { versions: [], events, invocations, leaseMs: 30_000 });

describe('insertEvents', () => {
  it('writes events and invocations, leased or due', async () => {
    const events = [event({ accountId: 42 }), event({ type: 'zen:event-type:ticket.created' })];
    const [one, two] = events as [EventRow, EventRow];
    const leased = invocationOf(one, { leased: true });
    const due = [invocationOf(one), invocationOf(two)];
    const [row] = await insert(events, [leased, ...due]);

    expect(await trail.invocation(leased.id)).toMatchObject({
      leased: true,
      due_at: row?.leased_until,
      status: 'accepted',
      status_code: null,
      attempts_count: 0,
      // The creation that lists show, however long the commit took.
      latest_at: new Date(idTimeMs(leased.id)),
      lane: leased.lane,
      webhook_id: leased.webhookId,
      event_id: one.id,
      event_type: 'order.paid',
      reason: null,
    });
    for (const { id } of due) {
      const stored = await trail.invocation(id);
      expect(stored).toMatchObject({ leased: false, status: 'accepted' });
      expect((stored.due_at as Date).getTime()).toBe(Number(row?.leased_until) - 30_000);
    }
    expect(
      await trail.sql('select * from event where id = $1', [uuidFromId(one.id)]),
    ).toMatchObject([{ account_id: '42', lane: laneOf(one.id), type: 'order.paid', body: '{}' }]);
  });

  it('puts each row into the partition of its day', async () => {
    const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const times = [midnight - 1, midnight, midnight - DAY_MS, midnight - DAY_MS - 1];
    const events = times.map((timeMs) => event({ id: idAt(timeMs) }));
    const invocations = events.map((row, index) =>
      invocationOf(row, { id: idAt(times[index] as number) }),
    );
    await insert(events, invocations);
    for (const [index, timeMs] of times.entries()) {
      const day = new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
      for (const [table, id] of [
        ['event', events[index]?.id],
        ['invocation', invocations[index]?.id],
      ] as const) {
        expect(
          await trail.sql(
            `select tableoid::regclass::text as partition from ${table} where id = $1`,
            [uuidFromId(id as string)],
          ),
        ).toEqual([{ partition: `${table}_${day}` }]);
      }
    }
  });

  it('writes everything or nothing', async () => {
    const good = event();
    const bad = event({ id: idAt(Date.now() + 400 * DAY_MS) });
    await expect(insert([good, bad], [invocationOf(good)])).rejects.toThrow(/no partition/);
    expect(await trail.database.run(readEvents, { events: [good], maxBytes: 100 })).toEqual([]);
  });

  it('writes an event without invocations, and an empty batch', async () => {
    const lonely = event();
    await insert([lonely], []);
    expect(await trail.database.run(readEvents, { events: [lonely], maxBytes: 100 })).toHaveLength(
      1,
    );
    expect(await insert([], [])).toHaveLength(1);
  });

  it('returns a body byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\u0000', '')),
        async (body) => {
          const row = event({ body });
          await insert([row], []);
          expect(await trail.database.run(readEvents, { events: [row], maxBytes: 1_000 })).toEqual([
            { id: row.id, body, erased_at: null, own_id: null, trace_context: null },
          ]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('events that are older than they may be', () => {
  const versions = [{ accountId: 1, version: 0 }];
  const timed = (events: EventRow[], mostAgeMs?: number) => ({
    ...{ versions, events, invocations: events.map((one) => invocationOf(one)), leaseMs: 30_000 },
    ...(mostAgeMs !== undefined && { mostAgeMs }),
  });
  const stored = (events: readonly EventRow[]) =>
    trail.database.run(readEvents, { events, maxBytes: 100 });

  it('are not written, nor the rest of their group, nor keys', async () => {
    const nowMs = Date.now();
    const [old, young] = [event({ id: idAt(nowMs - 60_000) }), event()];
    const params = { ...timed([young, old], 30_000), keys: [keyedEvent('late')] };
    for (const statement of [insertEvents, insertKeyedEvents]) {
      const [row] = await trail.database.run(statement as typeof insertKeyedEvents, params);
      const beforeMs = row?.late_before?.getTime() as number;
      expect(beforeMs).toBeGreaterThan(nowMs - 31_000);
      expect(beforeMs).toBeLessThan(Date.now() - 29_000);
    }
    expect(await stored([old, young])).toEqual([]);
    for (const { id } of params.invocations) {
      expect(await trail.sql('select from invocation where id = $1', [uuidFromId(id)])).toEqual([]);
    }
    expect(await trail.sql('select from idempotency_key')).toEqual([]);
    expect(await trail.database.run(insertEvents, timed([young], 30_000))).toMatchObject([
      { late_before: null, stale: [] },
    ]);
    expect(await trail.database.run(insertEvents, timed([old]))).toMatchObject([
      { late_before: null },
    ]);
    expect(await stored([old, young])).toHaveLength(2);
  });

  it('are judged by the clock after the statement has waited for its tables', async () => {
    const blocker = new pg.Client({ connectionString: trail.url });
    await blocker.connect();
    await blocker.query('begin; lock table event in access exclusive mode');
    const one = event({ id: idAt(Date.now() - SETTLED_MS + 500) });
    const writing = trail.database.run(insertEvents, timed([one], SETTLED_MS));
    await eventually('the statement to wait', async () => {
      const { rows } = await blocker.query(`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows.length > 0;
    });
    await eventually('it to be too old', () => Date.now() - idTimeMs(one.id) > SETTLED_MS + 10);
    await blocker.query('rollback');
    await blocker.end();
    expect((await writing)[0]?.late_before).toBeInstanceOf(Date);
    expect(await stored([one])).toEqual([]);
  });
});

describe('readEvents', () => {
  it('omits bodies that are too long, in bytes, and returns only events that are kept', async () => {
    const [short, long, wide] = [
      event({ body: 'x'.repeat(100) }),
      event({ body: 'x'.repeat(101) }),
      event({ body: 'é'.repeat(51) }),
    ] as [EventRow, EventRow, EventRow];
    await insert([short, long, wide], []);
    const events = [short, long, wide, event(), { ...short, accountId: 2 }];
    const rows = await trail.database.run(readEvents, { events, maxBytes: 100 });
    expect(new Map(rows.map(({ id, body }) => [id, body]))).toEqual(
      new Map([
        [short.id, short.body],
        [long.id, null],
        [wide.id, null],
      ]),
    );
  });

  it('reads where an event was published in a trace, until it is erased', async () => {
    const row = event({ traceContext: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
    const without = event();
    await insert([row, without], []);
    const read = async () =>
      new Map(
        (await trail.database.run(readEvents, { events: [row, without], maxBytes: 100 })).map(
          (one) => [one.id, one.trace_context],
        ),
      );
    expect(await read()).toEqual(
      new Map([
        [row.id, row.traceContext],
        [without.id, null],
      ]),
    );
    const { accountId, id } = row;
    await trail.database.run(eraseEvents, { lane: laneOf(id), accountId, ids: [id] });
    expect((await read()).get(id)).toBeNull();
  });

  it('reads a body of any length within the limit', async () => {
    const row = event({ body: 'x'.repeat(1024 * 1024) });
    await insert([row], []);
    const [read] = await trail.database.run(readEvents, {
      events: [row],
      maxBytes: Number.MAX_SAFE_INTEGER,
    });
    expect(read?.body).toBe(row.body);
  });
});
