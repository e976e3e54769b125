import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Breakers } from '../../gates/breakers.ts';
import type { Exchange } from '../../http-client/exchange.ts';
import type { Account } from '../../model/account.ts';
import { idTimeMs, newId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import type { Leased } from '../../model/leased.ts';
import { PROFILES } from '../../model/profiles.ts';
import { Unavailable } from '../../model/unavailable.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { OutcomeRow } from '../../sql/record-outcomes.ts';
import { eventually } from '../../testing/eventually.ts';
import type { Recorder } from '../outcome/recorder.ts';
import type { OutboundRequest } from '../request/compose-request.ts';
import { Courier } from './courier.ts';

const log = pino({ level: 'silent' });
const LEASE_MS = 30_000;
const PLACES = 512;
const { durable: DURABLE } = PROFILES;
const ACCOUNT: Account = { id: 1, name: 'main', profile: 'durable', suspendedAt: undefined };

interface Sent {
  readonly request: OutboundRequest;
  answer(values?: Partial<Exchange>): void;
}

/** A courier whose requests, records and database are answered by hand. */
function harness() {
  let nowMs = 1_900_000_000_000;
  const sent: Sent[] = [];
  const recorded: OutcomeRow[] = [];
  const statements: { name: string; values: unknown[] }[] = [];
  const retries: [string, number][] = [];
  const webhooks = new Map<string, Webhook>();
  const deactivated: string[] = [];
  let answers: (name: string) => Promise<unknown[]> = async () => [];
  let record: (outcome: OutcomeRow) => Promise<void> = async () => undefined;

  const broken = new Set<string>();
  const counted: [string, boolean][] = [];
  const probed: [string, boolean][] = [];
  const breakers = {
    broken: (id) =>
      broken.has(id) ? { nextProbeAtMs: nowMs, sinceMs: nowMs, reason: 'test' } : undefined,
    count: (id, success) => counted.push([id, success]),
    probed: async (id, success) => {
      probed.push([id, success]);
    },
  } as Partial<Breakers> as Breakers;
  const database: Database = {
    async run(query, params) {
      statements.push({ name: query.name, values: query.values(params) });
      return (await answers(query.name)) as never;
    },
    transaction: () => Promise.reject(new Error('not used')),
    close: async () => undefined,
  };
  const courier = new Courier({
    breakers,
    clock: { now: () => nowMs },
    database,
    deactivate: async (id) => {
      deactivated.push(id);
    },
    directory: {
      account: () => ACCOUNT,
      webhook: (id) => webhooks.get(id),
    } as Partial<Directory> as Directory,
    log,
    onRetry: (id, atMs) => retries.push([id, atMs]),
    onRoom: () => undefined,
    rulesOf: () => DURABLE,
    recorder: {
      record: async (outcome) => {
        await record(outcome);
        recorded.push(outcome);
      },
    } as Recorder,
    sender: {
      send: (request, _limit, startedAtMs) =>
        new Promise((resolve) => {
          const answer = (values: Partial<Exchange> = {}) =>
            resolve({
              status: 'success',
              startedAtMs,
              durationMs: nowMs - startedAtMs,
              requestHeaders: [],
              response: { statusCode: 200, headers: [], body: '', length: 0 },
              errorMessage: undefined,
              ...values,
            });
          sent.push({ request, answer });
        }),
      stop: () => undefined,
    },
  });

  return {
    courier,
    sent,
    recorded,
    statements,
    retries,
    webhooks,
    deactivated,
    broken,
    counted,
    probed,
    pass: (ms: number) => {
      nowMs += ms;
    },
    now: () => nowMs,
    whenAsked: (next: typeof answers) => {
      answers = next;
    },
    whenRecording: (next: typeof record) => {
      record = next;
    },
    webhook(values: Partial<Webhook> = {}): string {
      const id = newId(nowMs);
      webhooks.set(id, {
        id,
        accountId: 1,
        name: 'test',
        description: undefined,
        status: 'active',
        subscriptions: ['*'],
        endpoint: 'https://example.com/hook',
        httpMethod: 'POST',
        requestFormat: 'json',
        authentication: undefined,
        customHeaders: undefined,
        externalSource: undefined,
        signingSecret: 'secret',
        createdAt: new Date(nowMs),
        createdBy: 'test',
        updatedAt: undefined,
        updatedBy: undefined,
        ownRules: undefined,
        paused: undefined,
        previousSecret: undefined,
        ...values,
      });
      return id;
    },
    deliver(webhookId: string, values: Partial<Leased> = {}): Leased {
      const leased: Leased = {
        id: newId(nowMs),
        lane: laneOf(webhookId),
        webhookId,
        eventId: newId(nowMs),
        eventType: 'a.b',
        attemptsCount: 0,
        manualCount: 0,
        manual: false,
        probe: false,
        permitted: false,
        leasedUntilMs: nowMs + LEASE_MS,
        body: '{}',
        ...values,
      };
      expect(courier.tryReserve(webhookId)).toBe(true);
      courier.deliver(leased);
      return leased;
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const works = (courier: Courier) => [...courier.works()].length;
const gone = (courier: Courier) => eventually('all work to be gone', () => works(courier) === 0);

/** A courier without work has all its places. */
async function expectAllPlaces(courier: Courier, webhookId: string): Promise<void> {
  await gone(courier);
  expect(courier.room(webhookId)).toBe(PLACES);
}

describe('places', () => {
  it('are taken by a reservation and given back by a record or a cancellation', async () => {
    const { courier, sent, webhook, deliver, recorded } = harness();
    const id = webhook();
    courier.reserve(id, 100);
    expect(courier.room(id)).toBe(PLACES - 100);
    courier.cancel(id, 100);
    for (let count = 0; count < 10; count++) deliver(id);
    await eventually('the requests', () => sent.length === 10);
    expect(courier.room(id)).toBe(PLACES - 10);
    for (const { answer } of sent) answer();
    await expectAllPlaces(courier, id);
    expect(recorded).toHaveLength(10);
  });

  it('are not offered in small change', () => {
    const { courier, webhook } = harness();
    const id = webhook();
    courier.reserve(id, PLACES - 127);
    expect(courier.room(id)).toBe(0);
    courier.cancel(id, 1);
    expect(courier.room(id)).toBe(128);
    courier.reserve(id, 128);
    expect(courier.tryReserve(id)).toBe(false);
    courier.cancel(id, PLACES);
    expect(courier.room(id)).toBe(PLACES);
  });

  it('are there for attempts by hand also while a claim has them all', () => {
    const { courier, webhook } = harness();
    const id = webhook();
    courier.reserve(id, courier.room(id));
    expect(courier.tryReserve(id)).toBe(false);
    let byHand = 0;
    while (courier.tryReserveByHand(id)) byHand++;
    expect(byHand).toBe(PLACES);
    expect(courier.room(id)).toBe(0);
    expect(courier.tryReserve(webhook())).toBe(true);
    courier.cancel(id, PLACES + byHand);
    expect(courier.room(id)).toBe(PLACES);
  });

  it('are shared: the more webhooks take all they can, the less each gets, and some are left', () => {
    const { courier, webhook } = harness();
    const rooms = Array.from({ length: 60 }, () => {
      const id = webhook();
      const room = courier.room(id);
      courier.reserve(id, room);
      return { id, room };
    });
    // A few are not limited by it.
    for (const { room } of rooms.slice(0, 20)) expect(room).toBe(PLACES);
    // With sixty of them the next one still gets its part.
    expect(rooms[59]?.room).toBeGreaterThan(0);
    expect(courier.tryReserve(webhook())).toBe(true);
    const taken = rooms.reduce((sum, { room }) => sum + room, 0);
    expect(taken).toBeLessThan(16_384);

    for (const { id, room } of rooms) courier.cancel(id, room);
    expect(courier.room(webhook())).toBe(PLACES);
  });

  it.each<[string, (h: ReturnType<typeof harness>) => string]>([
    ['the webhook is deleted', (h) => newId(h.now())],
    ['the webhook is inactive', (h) => h.webhook({ status: 'inactive' })],
    ['the endpoint cannot be one', (h) => h.webhook({ endpoint: 'no url' })],
    ['the secret cannot be one', (h) => h.webhook({ signingSecret: '' })],
  ])('come back when %s, and nothing is sent', async (_what, make) => {
    const h = harness();
    const id = make(h);
    h.deliver(id);
    await expectAllPlaces(h.courier, id);
    expect(h.sent).toEqual([]);
  });

  it('come back when the database fails under a look at the body or a lease', async () => {
    const h = harness();
    h.whenAsked(() => Promise.reject(new Unavailable('away')));
    const active = h.webhook();
    const inactive = h.webhook({ status: 'inactive' });
    h.deliver(active, { body: undefined });
    h.deliver(inactive);
    await turn();
    h.pass(LEASE_MS); // until then it is asked for again
    await expectAllPlaces(h.courier, active);
    await expectAllPlaces(h.courier, inactive);
    expect(h.sent).toEqual([]);
  });

  it('are sent although the body could not be read at first', async () => {
    const h = harness();
    let asked = 0;
    h.whenAsked(async () => {
      if (++asked === 1) throw new Unavailable('away');
      return [{ body: '{}' }];
    });
    h.deliver(h.webhook(), { body: undefined });
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer();
    await gone(h.courier);
    expect(asked).toBe(2);
  });

  it('come back when the record is refused', async () => {
    const h = harness();
    h.whenRecording(() => Promise.reject(new Error('refused')));
    const id = h.webhook();
    h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer();
    await expectAllPlaces(h.courier, id);
  });
});

describe('limits', () => {
  it('holds as many long bodies as there is memory for, and lets others through', async () => {
    const { courier, sent, webhook, deliver, whenAsked } = harness();
    const body = 'x'.repeat(1024 * 1024);
    whenAsked(async (name) => (name === 'read-events' ? [{ id: '', body }] : []));
    const [long, short] = [webhook(), webhook()];
    for (let count = 0; count < 40; count++) deliver(long, { body: undefined });
    deliver(short);
    await eventually('the short one', () => sent.some(({ request }) => request.body?.length === 2));
    // An eighth of 256 MiB, each of them as text and as bytes.
    await eventually('the long ones', () => sent.length === 17);
    for (let answered = 0; answered < 41; answered++) {
      await eventually('the next', () => sent[answered]);
      sent[answered]?.answer();
      expect(sent.length - answered).toBeLessThanOrEqual(17);
    }
    await expectAllPlaces(courier, long);
    expect(sent).toHaveLength(41);
  });

  it('sends nothing new while what waits for the database fills the memory', async () => {
    const { courier, sent, recorded, webhook, deliver, whenRecording } = harness();
    let write: () => void = () => undefined;
    const written = new Promise<void>((resolve) => {
      write = resolve;
    });
    whenRecording(() => written);
    const [id, other] = [webhook(), webhook()];
    deliver(id);
    await eventually('the request', () => sent.length === 1);
    const response = { statusCode: 200, headers: [], body: 'x'.repeat(2 ** 28), length: 2 ** 28 };
    sent[0]?.answer({ response });
    await eventually('nothing to be left to send', () => {
      return [...courier.works()].every(({ state }) => state === 'recording');
    });
    deliver(other);
    deliver(id);
    // Had they been sent, the answers of those would have come by now.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toHaveLength(1);
    write();
    await eventually('the others', () => sent.length === 3);
    for (const { answer } of sent.slice(1)) answer();
    await expectAllPlaces(courier, other);
    expect(recorded).toHaveLength(3);
  });

  it('sends so many at once to one webhook, and lets its neighbour through', async () => {
    const { courier, sent, webhook, deliver } = harness();
    const [slow, quick] = [webhook(), webhook()];
    for (let count = 0; count < 200; count++) deliver(slow);
    deliver(quick);
    await eventually('the requests', () => sent.length === DURABLE.concurrency + 1);
    await turn();
    expect(sent).toHaveLength(DURABLE.concurrency + 1);
    sent[0]?.answer();
    await eventually('the next', () => sent.length === DURABLE.concurrency + 2);
    for (let at = 1; at < 201; at++) {
      await eventually('the next', () => sent.length > at);
      sent[at]?.answer();
    }
    await gone(courier);
    expect(sent).toHaveLength(201);
  });

  it('begins few in one turn of the event loop where many are under way, and goes on in the next', async () => {
    const { courier, sent, webhook, deliver } = harness();
    const [id, other] = [webhook(), webhook()];
    for (let count = 0; count < 64; count++) deliver(id);
    for (let count = 0; count < 40; count++) deliver(other);
    expect(sent).toHaveLength(64 + 16);
    let before = 64;
    while (sent.length > before) {
      expect(sent.length - before).toBeLessThanOrEqual(16);
      before = sent.length;
      await turn();
    }
    expect(sent).toHaveLength(104);
    for (const { answer } of sent) answer();
    await gone(courier);
  });

  it('leaves requests for a healthy one while seventy endpoints hang, and forgets nobody', async () => {
    const { courier, sent, webhook, deliver } = harness();
    for (let count = 0; count < 70; count++) {
      const id = webhook();
      for (let each = 0; each < 70; each++) deliver(id);
    }
    let before: number;
    do {
      before = sent.length;
      await turn();
    } while (sent.length > before);
    expect(before).toBeGreaterThan(3_000);
    expect(before).toBeLessThan(4_096);
    const healthy = webhook();
    for (let count = 0; count < 8; count++) deliver(healthy);
    await eventually("the healthy one's requests", () => sent.length === before + 8);

    for (let at = 0; at < 4_908; at++) {
      await eventually('the next', () => sent.length > at);
      sent[at]?.answer();
    }
    await gone(courier);
    expect(sent).toHaveLength(4_908);
  });
});

describe('one attempt', () => {
  it('is recorded under its lease, by an id that tells when it was sent', async () => {
    const h = harness();
    const leased = h.deliver(h.webhook(), { attemptsCount: 2 });
    const startedMs = h.now();
    await eventually('the request', () => h.sent.length === 1);
    h.pass(9_000);
    newId(h.now()); // others make ids meanwhile
    h.sent[0]?.answer({ status: 'server error' });
    await gone(h.courier);
    expect(h.recorded).toMatchObject([
      {
        invocationId: leased.id,
        leasedUntilMs: leased.leasedUntilMs,
        status: 'server error',
        durationMs: 9_000,
        completedAtMs: startedMs + 9_000,
      },
    ]);
    expect(idTimeMs(h.recorded[0]?.attemptId as string)).toBe(startedMs);
    // The third attempt has failed, so two minutes follow.
    const [[, atMs]] = h.retries as [[string, number]];
    expect(Math.abs(atMs - h.now() - 120_000)).toBeLessThanOrEqual(24_000);
  });

  it('is recorded under the lease that was got again while its outcome waited', async () => {
    const h = harness();
    const id = h.webhook();
    const leased = h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    let write: () => void = () => undefined;
    h.whenRecording(
      () =>
        new Promise((resolve) => {
          write = resolve;
        }),
    );
    h.sent[0]?.answer();
    await turn();
    const leasedUntilMs = leased.leasedUntilMs + 60_000;
    h.deliver(id, { ...leased, leasedUntilMs });
    write();
    await gone(h.courier);
    expect(h.recorded).toMatchObject([{ invocationId: leased.id, leasedUntilMs }]);
    expect(h.sent).toHaveLength(1);
  });

  it('by hand leaves the schedule as it was, and a probe tells the breaker', async () => {
    const h = harness();
    const id = h.webhook();
    h.deliver(id, { attemptsCount: 3, manualCount: 2, manual: true });
    h.deliver(id, { attemptsCount: 3, manualCount: 2, probe: true });
    await eventually('the requests', () => h.sent.length === 2);
    for (const { answer } of h.sent) answer({ status: 'server error' });
    await gone(h.courier);
    expect(h.recorded).toMatchObject([
      { manual: true, resumes: true, retryInMs: null },
      // One attempt of the schedule was made before, so this is the second: half a minute follows.
      { manual: false, resumes: false, reason: expect.stringMatching(/^retry 2 of 9/) },
    ]);
    expect(h.counted).toEqual([[id, false]]);
    expect(h.probed).toEqual([[id, false]]);
  });

  it('goes out past an open breaker by hand and as a probe, and not otherwise', async () => {
    const h = harness();
    const id = h.webhook();
    h.broken.add(id);
    h.deliver(id, { manual: true });
    h.deliver(id, { probe: true });
    h.deliver(id);
    await eventually('the lease to be given back', () =>
      h.statements.some(({ name }) => name === 'return-leases'),
    );
    await eventually('the requests', () => h.sent.length === 2);
    for (const { answer } of h.sent) answer();
    await gone(h.courier);
    expect(h.recorded.map(({ manual }) => manual)).toEqual([true, false]);
    expect(h.probed).toEqual([
      [id, true],
      [id, true],
    ]);
  });

  it('is not made under a lease that is about to run out', async () => {
    const h = harness();
    const id = h.webhook();
    h.deliver(id, { leasedUntilMs: h.now() + 999 });
    await expectAllPlaces(h.courier, id);
    expect(h.sent).toEqual([]);
    expect(h.statements).toEqual([]);
  });

  it('gives the lease back when the webhook was switched off meanwhile', async () => {
    const h = harness();
    const id = h.webhook({ status: 'inactive' });
    h.deliver(id);
    await gone(h.courier);
    expect(h.statements.map(({ name }) => name)).toEqual(['return-leases']);
    expect(h.retries.map(([webhookId]) => webhookId)).toEqual([id]);
  });

  it('reads a body that did not wait in memory', async () => {
    const h = harness();
    h.whenAsked(async () => [{ id: 'x', body: '{"large":true}' }]);
    h.deliver(h.webhook(), { body: undefined });
    await eventually('the request', () => h.sent.length === 1);
    expect(h.sent[0]?.request.body?.toString()).toBe('{"large":true}');
    h.sent[0]?.answer();
    await gone(h.courier);
  });

  it('ends the invocation of an event that is no longer kept', async () => {
    const h = harness();
    h.deliver(h.webhook(), { body: undefined });
    await gone(h.courier);
    expect(h.statements.map(({ name }) => name)).toEqual(['read-events', 'end-invocations']);
    expect(h.statements[1]?.values).toContain('the event is no longer kept');
    expect(h.sent).toEqual([]);
  });

  it('waits with the record for a renewal that is under way, and names the new lease', async () => {
    const h = harness();
    h.deliver(h.webhook());
    await eventually('the request', () => h.sent.length === 1);
    const [work] = [...h.courier.works()];
    let renewed: () => void = () => undefined;
    if (work !== undefined) {
      work.renewal = new Promise((resolve) => {
        renewed = resolve;
      });
    }
    h.sent[0]?.answer();
    await turn();
    expect(h.recorded).toEqual([]);
    if (work !== undefined) work.leasedUntilMs = 42;
    renewed();
    await gone(h.courier);
    expect(h.recorded[0]?.leasedUntilMs).toBe(42);
  });

  it('switches the webhook off for 410, once that is recorded', async () => {
    const h = harness();
    const id = h.webhook();
    h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer({
      status: 'client error',
      response: { statusCode: 410, headers: [], body: '', length: 0 },
    });
    await gone(h.courier);
    expect(h.deactivated).toEqual([id]);
    expect(h.retries).toEqual([]);
  });

  it('is made once when the node gets a lease again that it had lost', async () => {
    const h = harness();
    const id = h.webhook();
    const leased = h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    h.deliver(id, { ...leased, leasedUntilMs: leased.leasedUntilMs + 5 });
    h.sent[0]?.answer();
    await expectAllPlaces(h.courier, id);
    expect(h.sent).toHaveLength(1);
    expect(h.recorded).toMatchObject([{ leasedUntilMs: leased.leasedUntilMs + 5 }]);
  });
});

describe('stopping', () => {
  it('hands back what was not sent and waits for the rest', async () => {
    const h = harness();
    const id = h.webhook();
    const leased = Array.from({ length: 100 }, () => h.deliver(id));
    await eventually('the requests', () => h.sent.length === DURABLE.concurrency);
    const unsent = await h.courier.stopSending();
    expect(unsent).toEqual(
      leased.slice(DURABLE.concurrency).map(({ id: invocationId, lane, leasedUntilMs }) => ({
        invocationId,
        lane,
        leasedUntilMs,
      })),
    );
    expect(h.courier.room(id)).toBe(0);
    expect(h.courier.tryReserve(id)).toBe(false);
    let finished = false;
    const end = h.courier.finished(new AbortController().signal).then(() => {
      finished = true;
    });
    for (const { answer } of h.sent.slice(1)) answer();
    await eventually('the records', () => h.recorded.length === DURABLE.concurrency - 1);
    expect(finished).toBe(false);
    expect(h.sent).toHaveLength(DURABLE.concurrency);
    h.sent[0]?.answer();
    await end;
    expect(h.recorded).toHaveLength(DURABLE.concurrency);
  });

  it('names the lease that a renewal under way brings', async () => {
    const h = harness();
    const id = h.webhook();
    for (let count = 0; count <= DURABLE.concurrency; count++) h.deliver(id);
    await eventually('the requests', () => h.sent.length === DURABLE.concurrency);
    const queued = [...h.courier.works()].find(({ state }) => state === 'queued');
    let renewed: () => void = () => undefined;
    if (queued !== undefined) {
      queued.renewal = new Promise((resolve) => {
        renewed = resolve;
      });
    }
    const unsent = h.courier.stopSending();
    if (queued !== undefined) queued.leasedUntilMs = 42;
    renewed();
    expect((await unsent).map(({ leasedUntilMs }) => leasedUntilMs)).toContain(42);
  });

  it('does not wait beyond the deadline, nor when there is nothing', async () => {
    const h = harness();
    const deadline = new AbortController();
    await h.courier.finished(deadline.signal);
    h.deliver(h.webhook());
    await eventually('the request', () => h.sent.length === 1);
    await h.courier.stopSending();
    const end = h.courier.finished(deadline.signal);
    deadline.abort();
    await end;
    await h.courier.finished(deadline.signal);
  });
});
