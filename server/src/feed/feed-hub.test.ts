import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Runner } from '../database/database.ts';
import { DeltaNumbers } from '../deltas/delta-numbers.ts';
import type { Directory } from '../directory/directory.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { FeedHub, type FeedReader, type FeedStart } from './feed-hub.ts';
import type { FeedItem } from './feed-item.ts';
import { createFeedSeal } from './feed-seal.ts';

/** What a test writes is told by its `reason_code`, which is unique. */
const WEBHOOK = newId(Date.now());
const directory = {
  webhook: (id: string) => ({ id, accountId: 1, name: 'w', status: 'active', paused: undefined }),
  account: () => undefined,
} as unknown as Directory;

const seal = createFeedSeal(Buffer.alloc(32, 5));

let trail: TestTrail;
let hubs: FeedHub[];
let statements: string[];

beforeAll(async () => {
  trail = await createTestTrail({ days: 2, connections: 12 });
});
afterAll(() => trail.drop());
beforeEach(async () => {
  hubs = [];
  statements = [];
  await trail.sql('truncate delta, writer');
});
afterEach(async () => {
  for (const hub of hubs) await hub.stop();
});

interface HubParts {
  readonly isFull?: () => boolean;
  readonly onStatement?: (name: string) => void;
}

function makeHub({ isFull, onStatement }: HubParts = {}): FeedHub {
  const database: Runner = {
    run(query, params) {
      statements.push(query.name);
      onStatement?.(query.name);
      return trail.database.run(query, params);
    },
  };
  const log = pino({ level: 'silent' });
  const hub = new FeedHub({
    clock: { now: () => Date.now() },
    database,
    directory,
    ...(isFull && { isFull }),
    log,
  });
  hubs.push(hub);
  return hub;
}

interface Reading {
  readonly told: string[];
  readonly ids: string[];
  readonly reader: FeedReader & { hasRoom: boolean };
  leave(): void;
}

const nameOf = (item: FeedItem) => item.webhook?.reasonCode as string;

/** Follows, and keeps what is told and the id after each of it. */
async function read(hub: FeedHub, start: FeedStart = 'now', room = true): Promise<Reading> {
  const told: string[] = [];
  const ids: string[] = [];
  const reader = {
    accountId: 1,
    hasRoom: room,
    take(items: readonly FeedItem[]) {
      for (const item of items) {
        told.push(nameOf(item));
        ids.push(`${seal.write(1, item.mark)}.${item.done}`);
      }
    },
  };
  await hub.join(reader, start);
  return { told, ids, reader, leave: () => hub.leave(reader) };
}

/** A process that records. */
async function makeWriter(atMs = Date.now()) {
  const id = newId(atMs);
  await trail.sql('insert into writer (id) values ($1)', [uuidFromId(id)]);
  return { id, numbers: new DeltaNumbers() };
}
type Writer = Awaited<ReturnType<typeof makeWriter>>;

const INSERT = `insert into delta
  (writer, number, low, made_at, kind, lane, webhook_ids, reason_code)
values ($1, $2, $3, $4, 'held', 1, $5, $6)`;

function values(
  { id, numbers }: Writer,
  name: string,
  { atMs = Date.now(), count = 1 }: { atMs?: number; count?: number } = {},
): [number, unknown[]] {
  const { number, low } = numbers.take();
  const webhooks = Array(count).fill(uuidFromId(WEBHOOK));
  return [number, [uuidFromId(id), number, low, new Date(atMs), webhooks, name]];
}

async function write(writer: Writer, name: string, more: { atMs?: number; count?: number } = {}) {
  const [number, row] = values(writer, name, more);
  await trail.sql(INSERT, row);
  writer.numbers.written(number);
}

/** A transaction that has written its delta and is not committed. */
async function openWrite(writer: Writer, name: string) {
  const [number, row] = values(writer, name);
  const client = new pg.Client({ connectionString: trail.url });
  await client.connect();
  await client.query('begin');
  await client.query(INSERT, row);
  return {
    name,
    async end(how: 'commit' | 'rollback') {
      await client.query(how);
      await client.end();
      if (how === 'commit') writer.numbers.written(number);
      else writer.numbers.rolledBack(number);
    },
  };
}

const has = ({ told }: Reading, names: readonly string[]) =>
  eventually(`${names.length} of ${told.length}`, () => names.every((name) => told.includes(name)));

const twice = (names: readonly string[]) => names.filter((name, at) => names.indexOf(name) !== at);

describe('FeedHub', () => {
  it('prepares a list before a reader gets it, and tells nothing to one that left meanwhile', async () => {
    const hub = makeHub();
    const writer = await makeWriter();
    const calls: string[] = [];
    const following = (name: string, onPrepare: () => void): FeedReader => ({
      accountId: 1,
      hasRoom: true,
      async prepare(items) {
        calls.push(`${name} prepares ${items.length}`);
        onPrepare();
      },
      take: (items) => void calls.push(`${name} takes ${items.length}`),
    });
    const gone = following('one', () => hub.leave(gone));
    await hub.join(gone, 'now');
    await hub.join(
      following('other', () => undefined),
      'now',
    );
    await write(writer, 'a', { count: 3 });
    hub.wake();
    await eventually('it was told', () => calls.includes('other takes 3'));
    expect(calls).toEqual(['one prepares 3', 'other prepares 3', 'other takes 3']);
  });

  it('runs no statement without readers', async () => {
    const hub = makeHub();
    const reading = await read(hub);
    reading.leave();
    await eventually('the end of the lap', async () => {
      const before = statements.length;
      hub.wake();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return statements.length === before;
    });
    statements = [];
    await write(await makeWriter(), 'unseen');
    hub.wake();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(statements).toEqual([]);
  });

  it('runs one statement each two seconds and a half while nothing happens', async () => {
    const hub = makeHub();
    await makeWriter();
    await read(hub);
    await eventually('the longest wait', () => statements.length >= 8);
    const startedMs = performance.now();
    const before = statements.length;
    await eventually('three looks', () => statements.length >= before + 3);
    expect(performance.now() - startedMs).toBeGreaterThan(6_300);
    expect(new Set(statements.slice(before))).toEqual(new Set(['read-deltas']));
  });

  it('looks less often on a full machine, however often it is woken, and tells all', async () => {
    const looksMs: number[] = [];
    const hub = makeHub({
      isFull: () => true,
      onStatement: (name) => {
        if (name === 'read-deltas') looksMs.push(performance.now());
      },
    });
    const writer = await makeWriter();
    const reading = await read(hub);
    const names = Array.from({ length: 8 }, (_, one) => `full ${one}`);
    for (const name of names) {
      await write(writer, name);
      hub.wake();
    }
    await has(reading, names);
    hub.wake();
    await eventually('more looks', () => looksMs.length >= 4);
    // The first look after the reader has come is at once.
    const waits = looksMs.slice(2).map((at, one) => at - (looksMs[one + 1] as number));
    // A timer may be a millisecond early.
    expect(Math.min(...waits)).toBeGreaterThan(195);
    expect(reading.told).toEqual(names);
  });

  it('reads once for all readers, at the end and behind it', async () => {
    const hub = makeHub();
    const writer = await makeWriter(Date.now() - HOUR_MS);
    for (let one = 0; one < 300; one++) await write(writer, `past ${one}`);
    const count = async (readers: number): Promise<number> => {
      const first = await read(hub, { sinceMs: Date.now() - MINUTE_MS });
      await has(first, ['past 299']);
      const cursor = seal.read(1, first.ids[0] as string) as FeedStart;
      statements = [];
      const all = await Promise.all(Array.from({ length: readers }, () => read(hub, cursor)));
      for (const one of all) await has(one, ['past 299']);
      for (const one of all) {
        expect(one.told.slice(0, 299)).toEqual(
          Array.from({ length: 299 }, (_, at) => `past ${at + 1}`),
        );
      }
      await write(writer, `new ${readers}`);
      for (const one of all) await has(one, [`new ${readers}`]);
      for (const one of [...all, first]) one.leave();
      return statements.filter((name) => name === 'read-deltas').length;
    };
    const [one, many] = [await count(1), await count(200)];
    // Looks while nothing is new come on top: their number depends on how long it all took.
    expect(many).toBeLessThan(one + 40);
  });

  it('tells each committed delta once, whatever commits late, rolls back or reconnects', async () => {
    let seed = 11;
    const draw = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const nodes = [makeHub(), makeHub()] as const;
    const writers = [await makeWriter(), await makeWriter()];
    const readings: Reading[] = [];
    /** What each chain of readings must have: everything that was committed after it began. */
    const chains = [
      { parts: [await read(nodes[0])], node: 0, from: 0 },
      { parts: [await read(nodes[1])], node: 1, from: 0 },
    ];
    for (const { parts } of chains) readings.push(parts[0] as Reading);
    const committed: string[] = [];
    const open: Awaited<ReturnType<typeof openWrite>>[] = [];
    const endOne = async (how: 'commit' | 'rollback') => {
      const [one] = open.splice(draw(open.length), 1);
      await one?.end(how);
      if (how === 'commit' && one !== undefined) committed.push(one.name);
    };
    for (let step = 0; step < 400; step++) {
      const choice = draw(20);
      if (choice < 8 && open.length < 10) {
        if (draw(60) === 0) writers[draw(2)] = await makeWriter();
        open.push(await openWrite(writers[draw(2)] as Writer, `change ${step}`));
      } else if (choice < 16) {
        await endOne('commit');
      } else if (choice < 18) {
        await endOne('rollback');
      } else {
        // The reader goes on after any event that it was told, on any node.
        const chain = chains[draw(2)] as (typeof chains)[number];
        const last = chain.parts.at(-1) as Reading;
        if (last.told.length === 0) continue;
        const at = draw(last.told.length);
        last.leave();
        const cursor = seal.read(1, last.ids[at] as string) as FeedStart;
        last.told.length = at + 1;
        chain.node = draw(2);
        chain.parts.push(await read(nodes[chain.node] as FeedHub, cursor));
      }
      nodes[draw(2)]?.wake();
    }
    while (open.length > 0) await endOne('commit');
    for (const { parts } of chains) {
      const all = () => parts.flatMap(({ told }) => told);
      await eventually(`${committed.length} changes, got ${all().length}`, () => {
        const told = new Set(all());
        return committed.every((name) => told.has(name));
      });
      expect(twice(all())).toEqual([]);
      expect(new Set(all())).toEqual(new Set(committed));
    }
    expect(committed.length).toBeGreaterThan(100);
  }, 120_000);

  it('waits for nobody else while a transaction stays open, and tells it when it is committed', async () => {
    const hub = makeHub();
    const writer = await makeWriter();
    await write(writer, 'before');
    const slow = await openWrite(writer, 'slow');
    const reading = await read(hub);
    for (let one = 0; one < 500; one++) await write(writer, `quick ${one}`);
    await has(reading, ['quick 499']);
    // Somebody who begins now has missed nothing of it either.
    const late = await read(hub);
    await slow.end('commit');
    await has(reading, ['slow']);
    await has(late, ['slow']);
    expect(late.told).toEqual(['slow']);
    expect(reading.told).toHaveLength(501);
  });

  it('tells no more than there is room for, and goes on there', async () => {
    const hub = makeHub();
    const writer = await makeWriter(Date.now() - HOUR_MS);
    for (let one = 0; one < 20; one++) await write(writer, `many ${one}`, { count: 100 });
    const reading = await read(hub, { sinceMs: Date.now() - MINUTE_MS }, false);
    const other = await read(hub, { sinceMs: Date.now() - MINUTE_MS });
    await eventually('the other one', () => other.told.length === 2_000);
    expect(reading.told).toEqual([]);
    const taken = reading.reader.take.bind(reading.reader);
    reading.reader.take = (items, isPast) => {
      reading.reader.hasRoom = false;
      taken(items, isPast);
      setImmediate(() => {
        reading.reader.hasRoom = true;
        hub.wake();
      });
    };
    reading.reader.hasRoom = true;
    hub.wake();
    await eventually('all of the past', () => reading.told.length === 2_000);
    expect(reading.told).toEqual(other.told);
  });

  it('tells four readers in a turn, so that a crowd does not hold up deliveries', async () => {
    const hub = makeHub();
    const writer = await makeWriter();
    let turn = 0;
    const count = () => {
      turn++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const turns: number[] = [];
    for (let one = 0; one < 21; one++) {
      const take = () => turns.push(turn);
      await hub.join({ accountId: 1, hasRoom: true, take }, 'now');
    }
    await write(writer, 'one');
    await eventually('all are told', () => turns.length === 21);
    clearImmediate(counting);
    for (const told of turns) {
      expect(turns.filter((other) => other === told).length).toBeLessThanOrEqual(4);
    }
  });

  it('tells no subject from memory that was erased since', async () => {
    const eventId = newId(Date.now());
    const id = uuidFromId(eventId);
    await trail.sql(
      `insert into event (account_id, lane, id, type, body) values (1, $2, $1, 'a.b', '{"subject":"theirs"}')`,
      [id, laneOf(eventId)],
    );
    const writer = await makeWriter();
    const { number, low } = writer.numbers.take();
    await trail.sql(
      `insert into delta (
        writer, number, low, made_at, kind, lane, event_ids, account_ids, first_invocation_ids,
        invocation_counts, webhook_ids
      ) values ($1, $2, $3, now(), 'accepted', 1, $4, '{1}', '{null}', '{0}', '{}')`,
      [uuidFromId(writer.id), number, low, [id]],
    );
    writer.numbers.written(number);
    const hub = makeHub();
    const subjects = async () => {
      const told: unknown[] = [];
      const reader = {
        accountId: 1,
        hasRoom: true,
        take: (items: readonly FeedItem[]) =>
          told.push(...items.map(({ event }) => event?.shown?.subject)),
      };
      await hub.join(reader as never, { sinceMs: Date.now() - MINUTE_MS });
      await eventually('the event', () => told.length > 0);
      hub.leave(reader as never);
      return told;
    };
    expect(await subjects()).toEqual(['theirs']);
    await trail.sql(`update event set body = '{}' where id = $1`, [id]);
    const startMs = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => startMs + 10_001);
    const later = await subjects();
    clock.mockRestore();
    expect(later).toEqual([undefined]);
  });

  it('begins at a time, and says what a place older than a day has missed', async () => {
    const now = Date.now();
    const hub = makeHub();
    const old = await makeWriter(now - 3 * HOUR_MS);
    for (let one = 0; one < 180; one++) {
      await write(old, `minute ${one}`, { atMs: now - (180 - one) * MINUTE_MS });
    }
    const young = await makeWriter(now - 5 * MINUTE_MS);
    await write(young, 'young', { atMs: now - 4 * MINUTE_MS });
    const since = await read(hub, { sinceMs: now - 10 * MINUTE_MS });
    await has(since, ['minute 179', 'young']);
    expect(since.told).toHaveLength(11);
    // In the order of time, whoever wrote it.
    expect(since.told.indexOf('young')).toBe(since.told.indexOf('minute 176') + 1);

    const reader = { accountId: 1, hasRoom: true, take: () => {} };
    const place = { atMs: now - 25 * HOUR_MS, writers: new Map() };
    const { gap, place: begins } = await hub.join(reader, { place, begun: [] });
    expect(begins?.atMs).toBeGreaterThanOrEqual(now - 24 * HOUR_MS);
    expect(gap?.fromMs).toBe(now - 25 * HOUR_MS);
    expect(gap?.toMs).toBeGreaterThanOrEqual(now - 24 * HOUR_MS);
  });

  it('goes on after the database was away, without a repetition', async () => {
    let fails = 0;
    const hub = new FeedHub({
      clock: { now: () => Date.now() },
      database: {
        run(query, params) {
          if (fails > 0) {
            fails--;
            return Promise.reject(new Error('away'));
          }
          return trail.database.run(query, params);
        },
      },
      directory,
      log: pino({ level: 'silent' }),
    });
    hubs.push(hub);
    const writer = await makeWriter();
    const reading = await read(hub);
    await write(writer, 'one');
    await has(reading, ['one']);
    fails = 2;
    await write(writer, 'two');
    await has(reading, ['two']);
    await write(writer, 'three');
    await has(reading, ['three']);
    expect(reading.told).toEqual(['one', 'two', 'three']);
  });
});
