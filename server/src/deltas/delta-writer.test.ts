import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import { Unavailable } from '../model/unavailable.ts';
import { type EventRow, insertEvents } from '../sql/insert-events.ts';
import { type DeltaRow, readDeltas } from '../sql/read-deltas.ts';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { appendDeltas } from './append-deltas.ts';
import { DeltaWriter } from './delta-writer.ts';

const log = pino({ level: 'silent' });

let trail: TestTrail;
let writer: DeltaWriter;
let database: Database;
let nowMs: number;
/** Runs instead of a statement of this name, once. */
let instead:
  | { name: string; run: (statement: () => Promise<unknown>) => Promise<unknown> }
  | undefined;

beforeEach(async () => {
  trail = await createTestTrail();
  nowMs = Date.now();
  instead = undefined;
  const breakable: Database = {
    ...trail.database,
    run(query, params) {
      const statement = () => trail.database.run(query, params);
      if (query.name !== instead?.name) return statement();
      const { run } = instead;
      instead = undefined;
      return run(statement) as never;
    },
  };
  writer = new DeltaWriter({ clock: { now: () => nowMs }, database: breakable, log });
  database = appendDeltas(breakable, writer);
});
afterEach(async () => {
  await writer.stop();
  await trail.drop();
});

const event = (): EventRow => ({ id: newId(nowMs), accountId: 1, type: 'a.b', body: '{}' });
const write = (on = database, events = [event()]) =>
  on.run(insertEvents, { versions: [], events, invocations: [], leaseMs: 1_000 });

async function deltas(): Promise<DeltaRow[]> {
  const params = { ranges: [], newSinceMs: nowMs - 3 * DAY_MS, most: 1_000 };
  const rows = await trail.database.run(readDeltas, params);
  return rows.sort((one, other) => one.number - other.number);
}
const numbers = async () => (await deltas()).map(({ number, kind }) => `${number} ${kind}`);

describe('a delta', () => {
  it('is written with what it records, in its lane, and numbered by its writer', async () => {
    const events = [event(), event()];
    await write(database, events);
    await write();
    const [one, other] = await deltas();
    expect(one).toMatchObject({
      kind: 'accepted',
      number: 1,
      low: 1,
      event_ids: events.map(({ id }) => id),
      account_ids: [1, 1],
      made_at: new Date(nowMs),
    });
    expect(other).toMatchObject({ writer: one?.writer, number: 2, low: 2 });
    const [{ lane }] = (await trail.sql<{ lane: number }>(
      'select lane from delta where number = 1',
    )) as [{ lane: number }];
    expect(lane).toBe(laneOf(events[0]?.id as string));
    expect(await trail.sql('select id from writer')).toEqual([{ id: one?.writer }]);
  });

  it('has the number of its statement, also where a later one was committed before', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    instead = { name: 'insert-events', run: (statement) => released.then(statement) };
    const slow = write();
    await eventually('the statement is sent', () => Promise.resolve(instead === undefined));
    await write();
    expect(await deltas()).toMatchObject([{ number: 2, low: 1 }]);
    release();
    await slow;
    expect(await numbers()).toEqual(['1 accepted', '2 accepted']);
  });

  it('is told to its node once it is committed, of a statement and of a transaction', async () => {
    let told = 0;
    writer.onAppended = () => {
      told++;
    };
    await write();
    expect(told).toBe(1);
    await database.transaction(async (runner) => {
      await write(runner as Database);
      expect(told).toBe(1);
    });
    expect(told).toBe(2);
  });

  it('of a statement that PostgreSQL refused leaves its number to the next', async () => {
    const twice = event();
    await write(database, [twice]);
    await expect(write(database, [twice])).rejects.toThrow('duplicate key');
    await write();
    expect(await numbers()).toEqual(['1 accepted', '2 accepted']);
  });

  it('of a transaction has the transaction’s fate', async () => {
    await expect(
      database.transaction(async (runner) => {
        await runner.run(insertEvents, {
          versions: [],
          events: [event()],
          invocations: [],
          leaseMs: 1,
        });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await database.transaction(async (runner) => {
      for (const one of [event(), event()]) {
        await runner.run(insertEvents, {
          versions: [],
          events: [one],
          invocations: [],
          leaseMs: 1,
        });
      }
    });
    expect(await numbers()).toEqual(['1 accepted', '2 accepted']);
  });
});

describe('a statement without an answer', () => {
  const lost = () => Promise.reject(new Unavailable('the database is not available: gone', 1));

  it('that was committed keeps its delta', async () => {
    instead = { name: 'insert-events', run: (statement) => statement().then(lost) };
    await expect(write()).rejects.toThrow(Unavailable);
    await write();
    await eventually('its number is settled', async () => {
      await write();
      return ((await deltas()).at(-1)?.low ?? 0) > 1;
    });
    expect((await numbers())[0]).toBe('1 accepted');
  });

  it('that never arrived has a void one', async () => {
    instead = { name: 'insert-events', run: lost };
    await expect(write()).rejects.toThrow(Unavailable);
    await eventually('it is void', async () => (await numbers())[0] === '1 void');
    await write();
    expect((await deltas()).at(-1)).toMatchObject({ number: 2, low: 2 });
  });

  it('that still runs decides about it by its end', async () => {
    // As a statement that waits for a lock while its node gives it up.
    const other = new pg.Client({ connectionString: trail.url });
    await other.connect();
    let late: Promise<unknown> = Promise.resolve();
    instead = {
      name: 'insert-events',
      async run(statement) {
        await other.query('begin; lock table event in exclusive mode');
        late = statement().catch((error: unknown) => error);
        await eventually('it waits', async () => {
          const waiting = await trail.sql(`select from pg_locks where not granted`);
          return waiting.length === 1;
        });
        return lost();
      },
    };
    await expect(write()).rejects.toThrow(Unavailable);
    // The void one gets its key before the statement does, or waits for its end.
    await other.query('commit');
    await other.end();
    const end = await late;
    await eventually('one of both', async () => (await deltas()).length === 1);
    const events = await trail.sql('select from event');
    expect(await numbers()).toEqual([events.length === 1 ? '1 accepted' : '1 void']);
    expect(end instanceof Error).toBe(events.length === 0);
    // The node may hear of it later than the statement's end.
    await eventually('its number is settled', async () => writer.count === 1);
    await write();
    expect((await deltas()).at(-1)).toMatchObject({ number: 2, low: 2 });
  });

  it('that was not even sent leaves its number to the next', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    for (let times = 0; times < 3; times++) {
      instead = {
        name: 'insert-events',
        run: () => Promise.reject(new Unavailable('the database is away', 1, { cause })),
      };
      await expect(write()).rejects.toThrow(Unavailable);
    }
    await write();
    expect(await numbers()).toEqual(['1 accepted']);
  });

  const asOnShard = async () => {
    const partitions = await trail.sql<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'delta'::regclass`,
    );
    for (const { name } of partitions)
      await trail.sql(`alter table ${name} rename to ${name}_102301`);
  };
  /** It passes only the message on. */
  const asByCoordinator = async () => {
    instead = {
      name: 'insert-events',
      run: (statement) =>
        statement().catch((error: pg.DatabaseError) => {
          const { code, length, message, name } = error;
          throw Object.assign(new pg.DatabaseError(message, length, name as 'error'), { code });
        }),
    };
  };

  it.each([
    ['on one PostgreSQL', async () => undefined],
    ['on a shard', asOnShard],
    ['through the coordinator of Citus', asByCoordinator],
  ])('whose number somebody else voided is sent again under the next, %s', async (_where, make) => {
    await write();
    await make();
    const [{ writer: id }] = (await deltas()) as [DeltaRow];
    await trail.sql(
      `insert into delta (lane, writer, number, low, made_at, kind)
      select lane, $1, 2, 2, now(), 'void' from generate_series(0, 63) lane`,
      [uuidFromId(id)],
    );
    await write();
    expect(await trail.sql('select from event')).toHaveLength(2);
    expect((await deltas()).filter(({ kind }) => kind === 'accepted')).toMatchObject([
      { number: 1 },
      { number: 3 },
    ]);
  });
});

describe('a writer', () => {
  it('is of one day: the next begins with the next, and is known before its first delta', async () => {
    const tomorrowMs = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
    nowMs = tomorrowMs - 1_000;
    await write();
    nowMs = tomorrowMs + 1_000;
    // The first statement of the day does not wait for it.
    await write();
    await eventually('it is known', async () => {
      return (await trail.sql('select from writer')).length === 2;
    });
    await write();
    const rows = await deltas();
    const ids = [...new Set(rows.map((row) => row.writer))].sort();
    expect(ids).toHaveLength(2);
    expect(rows.filter((row) => row.writer === ids[0])).toHaveLength(2);
    expect(rows.filter((row) => row.writer === ids[1])).toMatchObject([{ number: 1, low: 1 }]);
  });

  it('that slept for longer begins again before it records anything', async () => {
    await write();
    nowMs = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS + 2 * HOUR_MS;
    instead = {
      name: 'insert-writer',
      run: () => Promise.reject(new Unavailable('the database is away')),
    };
    await expect(write()).rejects.toThrow('the database is away');
    expect(await trail.sql('select from event')).toHaveLength(1);
    await write();
    expect(new Set((await deltas()).map((row) => row.writer)).size).toBe(2);
  });

  it('without anything to record writes nothing', async () => {
    await database.run(insertEvents, { versions: [], events: [], invocations: [], leaseMs: 1 });
    expect(await trail.sql('select from writer')).toEqual([]);
  });
});
