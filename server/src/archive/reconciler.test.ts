import { createRandom } from '@hooktrail/harness/create-random';
import { FATES, type Fate, LossySender } from '@hooktrail/harness/zendesk/lossy-sender';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { RECONCILE_KINDS, type ReconcileKind } from '../model/reconcile.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { readInboxKeys } from '../sql/read-inbox-keys.ts';
import { readReconcileHoursBelow } from '../sql/read-reconcile-hours.ts';
import { startTestInbox, type TestInbox } from '../testing/test-inbox.ts';
import { startTestSource, type TestSource } from '../testing/test-source.ts';
import { listReconciled } from './reconcile/list-reconciled.ts';
import { type ReconcileGroup, reconcileHour } from './reconcile/reconcile-hour.ts';
import { Reconciler } from './reconciler.ts';

const KIND_OF: Readonly<Record<Fate, ReconcileKind>> = {
  arrives: 'arrived',
  'is lost': 'not_arrived',
  'loses its answer': 'failed_arrived',
  fails: 'failed',
  'is held back': 'never_sent',
  'is not listed': 'not_listed',
  'is retried': 'arrived',
  'arrives twice': 'arrived',
};

let test: TestSource;
let inbox: TestInbox;
let sender: LossySender;
let sourceId: string;
let reconciler: Reconciler;
/** How long each comparison takes, by the watch of the reconciler. */
let tookMs: number;
/** `webhook hour kind` of all that was sent, with how many. */
let expected: Map<string, number>;

beforeEach(async () => {
  test = await startTestSource(3);
  const { clock, double, parts, trail } = test;
  double.rate.limit = 100;
  inbox = await startTestInbox(trail.database, { nowMs: () => clock.nowMs() });
  test.inboxes.set(inbox.url, inbox.id);
  sender = new LossySender({ account: double.account, seed: 3, nowMs: () => clock.nowMs() });
  tookMs = 0;
  let watchMs = 0;
  reconciler = new Reconciler(parts, () => {
    watchMs += tookMs;
    return watchMs;
  });
  expected = new Map();
});
afterEach(async () => {
  await inbox.close();
  await test.stop();
});

/** A webhook of the double that sends to the inbox. */
function webhook(endpoint = inbox.url): string {
  const { id } = test.double.account.create({ endpoint });
  inbox.secrets.push(test.double.account.state(id).secret);
  return id;
}

/** Makes the source, and polls until the link holds. */
async function link(): Promise<void> {
  sourceId = await test.add();
  await test.runUntil(test.clock.nowMs() + 12 * MINUTE_MS);
}

const hourOf = (ms: number) => Math.floor(ms / HOUR_MS) * HOUR_MS;

async function send(
  fate: Fate,
  webhookId: string,
  how: { createdMs?: number; listedAtMs?: number; id?: string } = {},
) {
  const id = await sender.send(fate, { webhookId, ...how });
  const hour = new Date(hourOf(how.createdMs ?? test.clock.nowMs())).toISOString();
  const key = `${webhookId} ${hour} ${KIND_OF[fate]}`;
  expected.set(key, (expected.get(key) ?? 0) + 1);
  return id;
}

/** Polls what is due, and compares what is. */
async function catchUp(ms: number): Promise<void> {
  await test.runUntil(test.clock.nowMs() + ms);
  await reconciler.look();
}

async function remoteIds(): Promise<Map<string, string>> {
  const rows = await test.trail.sql('select id, remote_id from archive_webhook');
  return new Map(rows.map((row) => [row['id'], row['remote_id']]));
}

const span = () => ({
  sourceId,
  webhookId: null,
  fromMs: hourOf(test.clock.nowMs()) - 30 * DAY_MS,
  toMs: hourOf(test.clock.nowMs()) + HOUR_MS,
});

async function numbers(): Promise<Map<string, number>> {
  const { database } = test.trail;
  const names = await remoteIds();
  const rows = await database.run(readReconcileHoursBelow, {
    ...span(),
    ...{ kind: null, beyondMs: span().toMs, beyondWebhook: firstIdAt(0), limit: 1_000 },
  });
  return new Map(
    rows.flatMap((row) =>
      RECONCILE_KINDS.filter((kind) => row[kind] > 0).map((kind): [string, number] => [
        `${names.get(row.webhook_id)} ${row.hour_at.toISOString()} ${kind}`,
        row[kind],
      ]),
    ),
  );
}

/** All pages of a list, forwards and backwards. */
async function listed(kind: ReconcileKind, size: number) {
  const forward = [];
  let last: string[] = [];
  const { database } = test.trail;
  let page = await listReconciled(database, span(), kind, { size });
  for (;;) {
    forward.push(...page.rows);
    if (page.before !== undefined) {
      const back = await listReconciled(database, span(), kind, { size, before: page.before });
      expect(back.rows.map(({ id }) => id)).toEqual(last);
    }
    last = page.rows.map(({ id }) => id);
    if (page.after === undefined) return forward;
    page = await listReconciled(database, span(), kind, { size, after: page.after });
  }
}

const inOrder = (map: ReadonlyMap<string, number>) => [...map].sort();

describe('a comparison', () => {
  it('has every number right, whatever is lost on the way, over the edges of hours', async () => {
    const { clock } = test;
    const webhooks = [webhook(), webhook()];
    const elsewhere = webhook('https://elsewhere.example/hooks');
    await link();
    const random = createRandom(3, 'fates');
    const ids = new Map<ReconcileKind, string[]>(RECONCILE_KINDS.map((kind) => [kind, []]));
    for (let round = 0; round < 8; round++) {
      for (const fate of FATES) {
        for (const id of webhooks) {
          // Late ones are found by a poll, or by the daily walk.
          const isLate = random.chance(0.1);
          const listedAtMs = clock.nowMs() + (isLate ? 3 * HOUR_MS : 0);
          ids.get(KIND_OF[fate])?.push(await send(fate, id, { listedAtMs }));
        }
      }
      await sender.send('is lost', { webhookId: elsewhere });
      // At both sides of an edge: 13 minutes are in no step of an hour.
      const edgeMs = hourOf(clock.nowMs()) + HOUR_MS;
      if (clock.nowMs() + 13 * MINUTE_MS > edgeMs) {
        clock.advanceTo(edgeMs - 1);
        ids.get('arrived')?.push(await send('arrives', webhooks[0] as string));
        clock.advanceTo(edgeMs);
        ids.get('not_arrived')?.push(await send('is lost', webhooks[0] as string));
      }
      await catchUp(13 * MINUTE_MS);
    }
    clock.advance(25 * HOUR_MS);
    await catchUp(2 * MINUTE_MS);
    expect(inOrder(await numbers())).toEqual(inOrder(expected));
    for (const kind of RECONCILE_KINDS) {
      for (const size of [5, 100]) {
        const rows = await listed(kind, size);
        expect(rows.map(({ id }) => id).sort(), kind).toEqual(ids.get(kind)?.sort());
        const hasArrived = kind === 'failed_arrived' || kind === 'not_listed';
        for (const row of rows) {
          expect([row.event_id !== null, row.arrived_at !== null]).toEqual([
            hasArrived,
            hasArrived,
          ]);
          expect(row.status !== null).toBe(kind !== 'not_listed');
        }
      }
    }
    // The third webhook sends to no inbox.
    const reconciled = await test.trail.sql('select distinct webhook_id from reconcile_hour');
    expect(reconciled).toHaveLength(2);
    expect(await test.trail.sql('select count(*)::integer as n from reconcile_row')).toEqual([
      {
        n: [...ids].reduce((sum, [kind, some]) => sum + (kind === 'arrived' ? 0 : some.length), 0),
      },
    ]);
  }, 60_000);

  it('follows what arrives late, is sent again or is listed late, until an hour is a week old', async () => {
    const { clock } = test;
    const id = webhook();
    await link();
    const lost = await sender.send('is lost', { webhookId: id });
    const failed = await sender.send('fails', { webhookId: id });
    const unlisted = await sender.send('is not listed', { webhookId: id });
    const kinds = async () => {
      const found = [...(await numbers())].map(([key, count]) => [key.split(' ')[2], count]);
      return Object.fromEntries(found);
    };
    await catchUp(20 * MINUTE_MS);
    expect(await kinds()).toEqual({ not_arrived: 1, failed: 1, not_listed: 1 });
    // By a job, a day later.
    clock.advance(DAY_MS);
    await inbox.publishAgain('job-1', lost);
    await inbox.publishAgain('job-2', lost);
    clock.advance(25 * HOUR_MS);
    await catchUp(2 * MINUTE_MS);
    expect(await kinds()).toEqual({ arrived: 1, failed: 1, not_listed: 1 });
    test.double.account.addRows(id, [
      { id: unlisted, status: 'success', completedAtMs: idTimeMs(unlisted) + 1_000 },
      { id: failed, status: 'success', completedAtMs: idTimeMs(failed) + 2_000 },
    ]);
    clock.advance(25 * HOUR_MS);
    await catchUp(2 * MINUTE_MS);
    await catchUp(2 * MINUTE_MS);
    expect(await kinds()).toEqual({ arrived: 2, not_arrived: 1 });
    // The inbox forgets ids after a week, and the numbers stay.
    clock.advance(5 * DAY_MS);
    await test.trail.sql('delete from idempotency_key');
    await catchUp(MINUTE_MS);
    expect(await kinds()).toEqual({ arrived: 2, not_arrived: 1 });
    expect(
      await test.trail.sql('select 1 from reconcile_due where hour_at < $1', [
        new Date(clock.nowMs() - 7 * DAY_MS),
      ]),
    ).toEqual([]);
  }, 60_000);

  it('compares ids of any form with what arrived, and only what was sent while the link held', async () => {
    const { clock, double } = test;
    const id = webhook();
    const before = await sender.send('is lost', { webhookId: id });
    await link();
    for (const odd of ['not-a-ulid', 'an:odd.one/too', '0'.repeat(26)]) {
      await sender.send('arrives', { webhookId: id, id: odd });
    }
    await sender.send('is lost', { webhookId: id, id: 'never-arrived' });
    await catchUp(20 * MINUTE_MS);
    const counts = [...(await numbers())].map(([key, count]) => [key.split(' ')[2], count]);
    expect(Object.fromEntries(counts)).toEqual({ arrived: 3, not_arrived: 1 });
    expect((await listed('not_arrived', 10)).map(({ id }) => id)).not.toContain(before);
    // It goes elsewhere from now on, and nothing of it is missing.
    double.account.patch(id, { endpoint: 'https://elsewhere.example/hooks' });
    await sender.send('fails', { webhookId: id });
    for (let n = 0; n < 3; n++) {
      double.account.addRows(id, [{ id: firstIdAt(clock.nowMs() + n), status: 'success' }]);
      await catchUp(15 * MINUTE_MS);
    }
    expect((await listed('not_arrived', 10)).length).toBe(1);
    expect(
      await test.trail.sql('select 1 from archive_webhook where inbox_id is not null'),
    ).toEqual([]);
  }, 60_000);

  it('rests for nineteen times as long as it took, however often the log grows', async () => {
    const { clock, double } = test;
    const id = webhook();
    await link();
    const grow = async (ms: number) => {
      double.account.addRows(id, [{ id: firstIdAt(clock.nowMs()), status: 'success' }]);
      await catchUp(ms);
    };
    const missing = async () => {
      const found = [...(await numbers())].map(([key, count]) => [key.split(' ')[2], count]);
      return Object.fromEntries(found)['not_arrived'] ?? 0;
    };
    // All of it is of one hour.
    clock.advanceTo(hourOf(clock.nowMs()) + HOUR_MS + MINUTE_MS);
    await sender.send('is lost', { webhookId: id });
    tookMs = MINUTE_MS;
    await catchUp(20 * MINUTE_MS);
    expect(await missing()).toBe(1);
    for (let n = 0; n < 3; n++) await grow(5 * MINUTE_MS);
    // It was due again each time, and is compared after 20 minutes at the earliest.
    expect(await missing()).toBe(1);
    await grow(21 * MINUTE_MS);
    expect(await missing()).toBe(5);
  }, 60_000);

  it('goes on with the others where one hour fails, and comes back to it', async () => {
    const { clock, parts } = test;
    const { database } = parts;
    const id = webhook();
    await link();
    let failingMs = Number.POSITIVE_INFINITY;
    const watched = new Reconciler({
      ...parts,
      database: {
        run: (query, params) => database.run(query, params),
        close: () => database.close(),
        transaction: (work) =>
          database.transaction((runner) =>
            work({
              run: async (query, params) => {
                const { fromId } = params as unknown as { readonly fromId?: string };
                if (fromId === firstIdAt(failingMs)) throw new Error('too large');
                return runner.run(query, params);
              },
            }),
          ),
      },
    });
    await watched.look();
    failingMs = hourOf(clock.nowMs()) + HOUR_MS;
    clock.advanceTo(failingMs + MINUTE_MS);
    await send('is lost', id);
    const rest = new Map(expected);
    expected.clear();
    clock.advance(HOUR_MS);
    await send('fails', id);
    await test.runUntil(clock.nowMs() + 20 * MINUTE_MS);
    await expect(watched.look()).rejects.toThrow('too large');
    await watched.look();
    expect(inOrder(await numbers())).toEqual(inOrder(expected));
    failingMs = Number.POSITIVE_INFINITY;
    clock.advance(11 * MINUTE_MS);
    await watched.look();
    expect(inOrder(await numbers())).toEqual(inOrder(new Map([...rest, ...expected])));
  }, 60_000);

  it('reads any number of rows in slices of a bounded length', async () => {
    const ids = [webhook(), webhook()];
    await link();
    const hourMs = hourOf(test.clock.nowMs());
    for (let n = 0; n < 24; n++) await send(FATES[n % 8] as Fate, ids[n % 2] as string);
    const again = await send('arrives', ids[0] as string);
    for (let n = 0; n < 20; n++) await inbox.publishAgain(`job-${n}`, again);
    await catchUp(20 * MINUTE_MS);
    const whole = await numbers();
    expect(inOrder(whole)).toEqual(inOrder(expected));
    const { database } = test.trail;
    const names = await remoteIds();
    const group: ReconcileGroup = {
      ...{ accountId: 1, sourceId, inboxId: inbox.id },
      webhooks: [...names]
        .map(([id, remoteId]) => ({ id, remoteId, sinceMs: 0, untilMs: test.clock.nowMs() }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
    let statements = 0;
    const rowsRead: number[] = [];
    /** How many keys of each lane were asked for. */
    const keysAsked: number[] = [];
    await database.transaction((runner) =>
      reconcileHour(
        {
          run: async (query, params) => {
            statements++;
            if (query.name === readInboxKeys.name)
              keysAsked.push((params as unknown as { most: number }).most);
            const rows = await runner.run(query, params);
            rowsRead.push(rows.length);
            return rows;
          },
        },
        group,
        hourMs,
        { listed: 3, keys: 2 },
      ),
    );
    expect(statements).toBeGreaterThan(30);
    expect(Math.max(...rowsRead)).toBeLessThanOrEqual(64 * 2);
    // Also where one id fills a lane.
    expect(new Set(keysAsked)).toEqual(new Set([2]));
    expect(inOrder(await numbers())).toEqual(inOrder(whole));
    expect(await test.trail.sql('select count(*)::integer as n from reconcile_row')).toEqual([
      {
        n: [...whole].reduce(
          (sum, [key, count]) => sum + (key.endsWith(' arrived') ? 0 : count),
          0,
        ),
      },
    ]);
  }, 60_000);
});
