import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { shareRoom } from '../config/share-room.ts';
import type { Query } from '../database/query.ts';
import type { Directory } from '../directory/directory.ts';
import type { Account } from '../model/account.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOfAccount } from '../model/lane-of-account.ts';
import { laneOf } from '../model/lanes.ts';
import type { Leased } from '../model/leased.ts';
import { SETTLED_MS } from '../model/settled-ms.ts';
import type { Shards } from '../model/shards.ts';
import { DAY_MS } from '../model/time-units.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Webhook } from '../model/webhook.ts';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import type { Accepted } from './acceptor.ts';
import { createAcceptor, type StoppableAcceptor } from './create-acceptor.ts';

let trail: TestTrail;
let nowMs: number;
/** The statement of this name fails with this error. */
let broken: { name: string; error: Error } | undefined;
/** What else subscribes. */
let wide: Webhook[];
/** A broken statement fails after this. */
let gate: Promise<void>;
/** Events that were matched. */
let matched: number;
/** The shards of a Citus cluster: one of the even lanes, and one of the odd ones; and the one whose machine is down. */
let cluster: { down: number } | undefined;
/** Called with the number of invocations of each statement, which then writes nothing. */
let onInsert: ((invocations: number) => void) | undefined;
/** The state of the short cut, and its calls. */
let room: number;
let taken: number;
let delivered: Leased[];
let due: string[];

const webhook = { id: newId(Date.now()), accountId: 1, status: 'active' } as Webhook;
const LEASE_MS = 30_000;

beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

afterEach(() => {
  vi.useRealTimers();
});
beforeEach(() => {
  nowMs = Date.now();
  broken = undefined;
  wide = [webhook];
  matched = 0;
  gate = Promise.resolve();
  onInsert = undefined;
  cluster = undefined;
  room = 2;
  taken = 0;
  delivered = [];
  due = [];
});

const shards: Shards = {
  of(lanes) {
    const found = new Set([...lanes].map((lane) => lane % 2));
    return found.size === 1 ? [...found][0] : undefined;
  },
};

/** Accounts that find their events by a member, by their ids: these are from 100 on. */
const accounts = new Map(
  Array.from({ length: 8 }, (_, n) => {
    const id = 100 + n;
    return [id, { id, keys: [{ name: '/subject', sinceMs: 0 }] } as Partial<Account> as Account];
  }),
);

function acceptor(): StoppableAcceptor {
  return createAcceptor({
    room: shareRoom(1),
    clock: { now: () => nowMs },
    database: {
      ...trail.database,
      run<Params, Row>(query: Query<Params, Row>, params: Params) {
        if (cluster !== undefined && shards.of(query.lanesOf?.(params) ?? []) === cluster.down) {
          return Promise.reject(new Unavailable('the machine is down'));
        }
        if (query.name === broken?.name) return gate.then(() => Promise.reject(broken?.error));
        if (query.name === 'insert-events' && onInsert !== undefined) {
          onInsert((params as { invocations: unknown[] }).invocations.length);
          return Promise.resolve([{ leased_until: new Date(nowMs) }] as Row[]);
        }
        return trail.database.run(query, params);
      },
    },
    directory: {
      subscribers() {
        matched++;
        return wide;
      },
      account: (id) => accounts.get(id),
      version: () => 0,
    } as Partial<Directory> as Directory,
    leaseMs: LEASE_MS,
    shards: cluster && shards,
    shortCut: {
      reserve() {
        if (taken >= room) return false;
        taken++;
        return true;
      },
      cancel(webhookIds) {
        taken -= webhookIds.length;
      },
      deliver: (work) => delivered.push(...work),
      due: (webhookIds) => due.push(...webhookIds),
    },
  });
}

const event = (body = '{}') => ({ id: 'e', ownId: true, type: 'a.b', body });
const key = (name: string, body = '{}') => ({
  key: `key:${name}`,
  fingerprint: createHash('sha256').update(body).digest(),
});

describe('a written invocation', () => {
  it('is leased to this node while it has room, and only due beyond that', async () => {
    const { publish } = acceptor();
    const answers = await Promise.all([1, 2, 3].map(() => publish(1, event(), undefined)));
    const ids = answers.map((answer) => answer.invocations[0]?.id as string);
    expect(delivered.map((work) => work.id)).toEqual(ids.slice(0, 2));
    expect(due).toEqual([webhook.id]);
    const rows = await Promise.all(ids.map((id) => trail.invocation(id)));
    expect(rows.map((row) => row.leased)).toEqual([true, true, false]);
    expect(rows[0]?.due_at?.getTime()).toBe(delivered[0]?.leasedUntilMs);
    expect(rows[2]?.due_at?.getTime()).toBeLessThan(delivered[0]?.leasedUntilMs as number);
  });

  it('does not keep a long body in memory', async () => {
    const { publish } = acceptor();
    await publish(1, event('x'.repeat(8 * 1024)), undefined);
    await publish(1, event('x'.repeat(8 * 1024 + 1)), undefined);
    expect(delivered.map((work) => work.body?.length)).toEqual([8 * 1024, undefined]);
  });
});

describe('a write that fails', () => {
  it('delivers nothing and releases the reserved places', async () => {
    const { publish } = acceptor();
    nowMs += 100 * DAY_MS; // for which there is no partition
    await expect(publish(1, event(), undefined)).rejects.toThrow(/no partition/);
    await expect(publish(1, event(), key('no partition'))).rejects.toThrow(/no partition/);
    expect({ taken, delivered, due }).toEqual({ taken: 0, delivered: [], due: [] });
  });

  it('refuses what has waited until search counts on its time being over, and writes the rest', async () => {
    const { publishAll } = acceptor();
    const old = { ...event(), id: newId(nowMs - SETTLED_MS - 1_000), ownId: false };
    const young = { ...event(), id: newId(nowMs), ownId: false };
    const results = await publishAll(1, [
      { event: old, idempotency: key('late') },
      { event: young, idempotency: undefined },
      { event: { ...young, id: newId(nowMs) }, idempotency: key('late') },
    ]);
    expect(results).toMatchObject([
      { name: 'Unavailable', message: expect.stringContaining('waited too long') },
      { event: { id: young.id } },
      { invocations: [{ webhook_id: webhook.id }] },
    ]);
    const ids = results.flatMap((one) => ('event' in one ? [one.event.id] : []));
    expect(delivered.map(({ eventId }) => eventId)).toEqual(ids);
    expect(taken).toBe(2);
    expect(await trail.sql('select from event where id = $1', [uuidFromId(old.id)])).toEqual([]);
  });

  it('does not use up the key', async () => {
    const { publish } = acceptor();
    const today = nowMs;
    nowMs += 100 * DAY_MS;
    await expect(publish(1, event(), key('again'))).rejects.toThrow(/no partition/);
    nowMs = today;
    await expect(publish(1, event(), key('again'))).resolves.toMatchObject({ skipped: [] });
    expect(delivered).toHaveLength(1);
  });

  it('is Unavailable for the whole group when the database is', async () => {
    const { publish } = acceptor();
    broken = { name: 'insert-events', error: new Unavailable('away') };
    const results = await Promise.allSettled([1, 2].map(() => publish(1, event(), undefined)));
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: broken.error });
    }
    expect(taken).toBe(0);
  });
});

describe('on a cluster', () => {
  it('an event is refused whose keys or webhook are on a machine that is down, and no other', async () => {
    cluster = { down: 1 - (laneOf(webhook.id) % 2) };
    const { publish } = acceptor();
    const subject = event('{"subject":"a"}');
    const results = await Promise.allSettled(
      [...accounts.keys()].map((id) => publish(id, subject, undefined)),
    );
    const isDown = [...accounts.keys()].map((id) => laneOfAccount(id) % 2 === cluster?.down);
    expect(new Set(isDown).size).toBe(2);
    expect(results.map(({ status }) => status === 'rejected')).toEqual(isDown);
    // What has no keys needs no machine of them.
    await Promise.all([...accounts.keys()].map((id) => publish(id, event(), undefined)));
    cluster.down = laneOf(webhook.id) % 2;
    await expect(publish(1, event(), undefined)).rejects.toThrow('down');
  });
});

describe('a key that was used', () => {
  it('does not affect its group when the first answer cannot be read', async () => {
    const { publish } = acceptor();
    await publish(1, event(), key('used'));
    broken = { name: 'read-idempotency-keys', error: new Error('refused') };
    const [repeated, other] = await Promise.allSettled([
      publish(1, event(), key('used')),
      publish(1, event(), key('new')),
    ]);
    expect(repeated).toMatchObject({ status: 'rejected', reason: { name: 'Unavailable' } });
    expect(other?.status).toBe('fulfilled');
    const [row] = await trail.sql(
      `select count(*)::int as count from idempotency_key where key = 'key:new'`,
    );
    expect(row).toEqual({ count: 1 });
  });

  it('releases the places of unwritten invocations, and delivers the rest', async () => {
    const { publish } = acceptor();
    room = 4;
    await publish(1, event(), key('once'));
    const answers = await Promise.all([
      publish(1, event(), key('once')),
      publish(1, event(), undefined),
      publish(1, event(), key('another')),
    ]);
    const ids = answers.map((answer) => answer.invocations[0]?.id);
    expect(delivered.map(({ id }) => id)).toEqual(ids);
    expect({ taken, due }).toEqual({ taken: 3, due: [] });
  });

  it('in one group goes to the first, and the second gets its answer or a conflict', async () => {
    const { publish } = acceptor();
    const [first, same, different] = await Promise.allSettled([
      publish(1, event(), key('group')),
      publish(1, event(), key('group')),
      publish(1, event('{"a":1}'), key('group', '{"a":1}')),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(same).toEqual(first);
    expect(different).toMatchObject({ reason: { name: 'IdempotencyConflict' } });
    expect(delivered).toHaveLength(1);
  });

  it('is separate in each account', async () => {
    const { publish } = acceptor();
    const one = await publish(1, event(), key('mine'));
    const two = await publish(2, event(), key('mine'));
    expect(two.invocations[0]?.id).not.toBe(one.invocations[0]?.id);
  });
});

describe('a batch', () => {
  const publication = (body?: string, idempotency?: ReturnType<typeof key>) => ({
    event: event(body),
    idempotency,
  });

  it('gets the same answers as its events alone, in order', async () => {
    const { publish, publishAll } = acceptor();
    const first = await publish(1, event(), key('before'));
    const results = await publishAll(1, [
      publication(),
      publication('{"a":1}', key('before', '{"a":1}')),
      publication('{}', key('before')),
    ]);
    expect(results).toEqual([
      {
        event: { id: 'e' },
        invocations: [{ id: expect.any(String), webhook_id: webhook.id }],
        skipped: [],
      },
      expect.objectContaining({ name: 'IdempotencyConflict' }),
      first,
    ]);
    const [made] = results as Accepted[];
    expect(await trail.invocation(made?.invocations[0]?.id as string)).toBeDefined();
  });

  it.each([
    ['20,000 events', 17_500, 1_000, '{}'],
    ['64 MiB', 55, 5, 'x'.repeat(1024 * 1024)],
  ])(
    'is accepted within the share of an account in the %s that may wait; others are not refused',
    async (_, fit, ofBatch, body) => {
      const { publish, publishAll } = acceptor();
      // A batch that pauses has its next piece after the release, when there is room again.
      vi.useFakeTimers({ toFake: ['performance'] });
      broken = { name: 'insert-events', error: new Unavailable('away') };
      const publications = Array(ofBatch).fill(publication(body));
      // Beyond what fits, up to three groups of a thousand are being written.
      const count = Math.ceil(fit / ofBatch) + 8;
      let open: () => void = () => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      const batches = Array.from({ length: count }, () => publishAll(1, publications));
      const other = publish(2, event(), undefined).catch((error: Error) => error.message);
      for (let seen = -1, turns = 0; turns < 50; turns = seen === matched ? turns + 1 : 0) {
        seen = matched;
        await new Promise((resolve) => setImmediate(resolve));
      }
      open();
      const messages = (await Promise.all(batches)).flat().map((one) => (one as Error).message);
      const refused = 'too many events of this account are waiting to be written';
      const taken = messages.filter((message) => message === 'away').length;
      expect(taken).toBeGreaterThanOrEqual(fit);
      expect(taken).toBeLessThanOrEqual(fit + 3_000);
      expect(new Set(messages)).toEqual(new Set(['away', refused]));
      expect(messages).toHaveLength(count * ofBatch);
      expect(await other).toBe('away');
    },
  );

  it('with a wide fan-out is written in pieces, and waits for itself instead of being refused', async () => {
    wide = Array.from({ length: 500 }, () => ({ ...webhook, id: newId(Date.now()) }));
    const written: number[] = [];
    onInsert = (invocations) => {
      written.push(invocations);
      // Two pieces of four events are made before the first is written.
      if (written.length === 1) expect(matched).toBeLessThanOrEqual(8);
    };
    const { publishAll } = acceptor();
    // 150,000 invocations count for 75 MB, more than may wait.
    const results = await publishAll(1, Array(300).fill(publication()));
    expect(results.every((result) => !(result instanceof Error))).toBe(true);
    expect(written.reduce((sum, one) => sum + one, 0)).toBe(150_000);
    expect(Math.max(...written)).toBeLessThanOrEqual(4_000);
  });
});

it('counts the invocations of a wide fan-out instead of listing them, also for a repetition', async () => {
  const { publish, stop } = acceptor();
  wide = Array.from({ length: 1_001 }, () => ({ ...webhook, id: newId(Date.now()) }));
  const counted = {
    event: { id: 'e' },
    invocations: [],
    skipped: [],
    invocations_count: 1_001,
    skipped_count: 0,
  };
  expect(await publish(1, event(), key('wide'))).toEqual(counted);
  expect(await publish(1, event(), key('wide'))).toEqual(counted);
  wide = wide.slice(1);
  const listed = await publish(1, event(), undefined);
  expect(listed.invocations).toHaveLength(1_000);
  expect(listed.invocations_count).toBeUndefined();
  await stop();
});

it('counts the webhooks that an event skips into what may wait', async () => {
  const { publish, stop } = acceptor();
  const inactive = { ...webhook, status: 'inactive' } as const;
  wide = Array.from({ length: 1_000 }, () => ({ ...inactive, id: newId(Date.now()) }));
  broken = { name: 'insert-events', error: new Unavailable('away') };
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => {
    open = resolve;
  });
  // Each keeps 29 KB; without them, 20,000 could wait.
  const all = Array.from({ length: 3_000 }, () =>
    publish(1, event(), undefined).catch((error: Error) => error.message),
  );
  open();
  const taken = (await Promise.all(all)).filter((message) => message === 'away').length;
  expect(taken).toBeGreaterThan(1_900);
  expect(taken).toBeLessThan(2_400);
  await stop();
});

it('keeps with an event its own id, its invocations as a range, and whom it skipped', async () => {
  const { publish, publishAll, invoke, stop } = acceptor();
  const active = Array.from({ length: 3 }, () => ({ ...webhook, id: newId(Date.now()) }));
  const inactive = { ...webhook, id: newId(Date.now()), status: 'inactive' } as const;
  wide = [active[0], inactive, active[1], active[2]] as Webhook[];
  const kept = async (type: string) =>
    await trail.sql(
      'select id, invocations_from, invocations_count, own_id, skipped from event where type = $1 order by id',
      [type],
    );
  const own = { ...event(), type: 'kept.own' };
  const others = Array.from({ length: 20 }, () => ({
    event: { id: newId(Date.now()), ownId: false, type: 'kept.made', body: '{}' },
    idempotency: undefined,
  }));
  const [answer, answers] = await Promise.all([
    publish(1, own, undefined),
    publishAll(1, others) as Promise<Accepted[]>,
  ]);
  const range = ({ invocations }: Accepted) =>
    invocations.map(({ id }) => BigInt(`0x${uuidFromId(id).replaceAll('-', '')}`));
  for (const one of [answer, ...answers]) {
    const [first = 0n, ...rest] = range(one);
    expect(rest).toEqual([first + 1n, first + 2n]);
  }
  const skipped = [{ reason: 'inactive', count: 1, webhook_ids: [inactive.id] }];
  expect(await kept('kept.own')).toEqual([
    {
      id: expect.anything(),
      invocations_from: answer.invocations[0]?.id,
      invocations_count: 3,
      own_id: 'e',
      skipped: JSON.stringify(skipped),
    },
  ]);
  expect(await kept('kept.made')).toEqual(
    answers.map((one) => ({
      id: one.event.id,
      invocations_from: one.invocations[0]?.id,
      invocations_count: 3,
      own_id: null,
      skipped: JSON.stringify(skipped),
    })),
  );
  wide = [];
  await publish(
    1,
    { ...event(), type: 'kept.none', ownId: false, id: newId(Date.now()) },
    undefined,
  );
  const none = { invocations_from: null, invocations_count: 0, own_id: null, skipped: null };
  expect(await kept('kept.none')).toMatchObject([none]);
  const direct = { ...webhook, subscriptions: ['conditional_ticket_events'] };
  const id = await invoke(() => ({ webhook: direct, body: '{}' }));
  expect(await kept('conditional_ticket_events')).toMatchObject([
    { invocations_from: id, invocations_count: 1, own_id: null },
  ]);
  await stop();
});

it('once stopped, refuses new events and writes those it had taken', async () => {
  const stopping = acceptor();
  const answers = [1, 2, 3].map(() => stopping.publish(1, event(), undefined));
  await stopping.stop();
  const written = await Promise.all(answers);
  await Promise.all(
    written.map(({ invocations }) => trail.invocation(invocations[0]?.id as string)),
  );
  await expect(stopping.publish(1, event(), undefined)).rejects.toThrow(Unavailable);
  expect(await stopping.publishAll(1, [{ event: event(), idempotency: undefined }])).toEqual([
    expect.any(Unavailable),
  ]);
});
