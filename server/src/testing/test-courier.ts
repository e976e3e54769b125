import { eventually } from '@hooktrail/harness/eventually';
import { pino } from 'pino';
import { expect } from 'vitest';
import { shareRoom } from '../config/share-room.ts';
import type { Database } from '../database/database.ts';
import { Courier } from '../deliver/courier/courier.ts';
import { Places } from '../deliver/courier/places.ts';
import { Exhaustion } from '../deliver/outcome/exhaustion.ts';
import type { Recorder } from '../deliver/outcome/recorder.ts';
import { createSend } from '../deliver/request/create-send.ts';
import type { Directory } from '../directory/directory.ts';
import type { Breakers } from '../gates/breakers.ts';
import type { HttpExchange } from '../http-client/http-exchange.ts';
import type { HttpRequest } from '../http-client/http-request.ts';
import type { Account } from '../model/account.ts';
import { newId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import type { Leased } from '../model/leased.ts';
import { PROFILES } from '../model/profiles.ts';
import type { Rules } from '../model/rules.ts';
import type { Webhook } from '../model/webhook.ts';
import type { OutcomeRow } from '../sql/record-outcomes.ts';
import { testWebhook } from './test-webhook.ts';

const log = pino({ level: 'silent' });
export const LEASE_MS = 30_000;
/** What one webhook may hold when no other holds anything. */
export const PLACES = 512;
const { durable: DURABLE } = PROFILES;
const ACCOUNT: Account = {
  id: 1,
  name: 'main',
  profile: 'durable',
  suspendedAt: undefined,
  keys: [],
};

interface Sent {
  readonly request: HttpRequest;
  answer(values?: Partial<HttpExchange>): void;
}

/** A courier whose requests, records and database a test answers itself. */
export function testCourier() {
  let nowMs = 1_900_000_000_000;
  let elapsedMs = 0;
  const sent: Sent[] = [];
  const recorded: OutcomeRow[] = [];
  const statements: { name: string; values: unknown[] }[] = [];
  const retries: [string, number][] = [];
  const webhooks = new Map<string, Webhook>();
  const rules = new Map<string, Rules>();
  const deactivated: [string, string][] = [];
  let answers: (name: string) => Promise<unknown[]> = async () => [];
  let record: (outcome: OutcomeRow) => Promise<void> = async () => undefined;

  const broken = new Set<string>();
  const counted: [string, boolean][] = [];
  const probed: [string, boolean][] = [];
  const returnedProbes: string[] = [];
  const breakers = {
    broken: (id) =>
      broken.has(id) ? { nextProbeAtMs: nowMs, sinceMs: nowMs, reason: 'test' } : undefined,
    count: (id, success) => counted.push([id, success]),
    probed: async (id, success) => {
      probed.push([id, success]);
    },
    returnProbe: async (id) => {
      returnedProbes.push(id);
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
  const places = new Places({
    accountOf: (id) => webhooks.get(id)?.accountId,
    mostSending: 4_096,
    onRoom: () => undefined,
    room: shareRoom(1),
  });
  const courier = new Courier({
    breakers,
    clock: { now: () => nowMs },
    database,
    deactivate: async (id, endpoint) => {
      deactivated.push([id, endpoint]);
    },
    directory: {
      account: () => ACCOUNT,
      webhook: (id) => webhooks.get(id),
    } as Partial<Directory> as Directory,
    exhaustion: new Exhaustion({ log, monotonic: () => elapsedMs }),
    log,
    onRetry: (id, atMs) => retries.push([id, atMs]),
    places,
    rulesOf: (id) => rules.get(id) ?? DURABLE,
    recorder: {
      record: async (outcome) => {
        await record(outcome);
        recorded.push(outcome);
      },
    } as Partial<Recorder> as Recorder,
    send: createSend(
      {
        send(request, _limit, startedAtMs, onEnd) {
          const answer = (values: Partial<HttpExchange> = {}) =>
            onEnd({
              status: 'success',
              startedAtMs,
              durationMs: nowMs - startedAtMs,
              phases: undefined,
              response: { statusCode: 200, headers: [], body: '', length: 0 },
              fault: undefined,
              errorClass: undefined,
              errorMessage: undefined,
              ...values,
            });
          sent.push({ request, answer });
        },
        stop: () => undefined,
      },
      (value) => value,
    ),
  });

  return {
    courier,
    places,
    sent,
    recorded,
    statements,
    retries,
    rules,
    webhooks,
    deactivated,
    broken,
    counted,
    probed,
    returnedProbes,
    pass: (ms: number) => {
      nowMs += ms;
      elapsedMs += ms;
    },
    /** Somebody sets the clock of the database back. */
    setBack: (ms: number) => {
      nowMs -= ms;
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
      webhooks.set(id, testWebhook({ id, createdAt: new Date(nowMs), ...values }));
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
        suspicion: 'none',
        permitted: false,
        leasedUntilMs: nowMs + LEASE_MS,
        body: '{}',
        ...values,
      };
      expect(places.tryReserve(webhookId)).toBe(true);
      courier.deliver(leased);
      return leased;
    },
  };
}

export type TestCourier = ReturnType<typeof testCourier>;

/** One turn of the event loop. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));
const works = (courier: Courier) => [...courier.works()].length;
export const gone = (courier: Courier) =>
  eventually('all work to be gone', () => works(courier) === 0);

/** A courier without work has all its places. */
export async function expectAllPlaces(
  { courier, places }: Pick<TestCourier, 'courier' | 'places'>,
  webhookId: string,
): Promise<void> {
  await gone(courier);
  expect(places.room(webhookId)).toBe(PLACES);
}
