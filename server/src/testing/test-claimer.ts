import { pino } from 'pino';
import { expect, vi } from 'vitest';
import { partOf } from '../config/part-of.ts';
import type { Database } from '../database/database.ts';
import { Backlogs } from '../deliver/claim/backlogs.ts';
import { Claimer } from '../deliver/claim/claimer.ts';
import type { Courier } from '../deliver/courier/courier.ts';
import type { Places } from '../deliver/courier/places.ts';
import { Exhaustion } from '../deliver/outcome/exhaustion.ts';
import type { Directory } from '../directory/directory.ts';
import type { Breakers, Broken } from '../gates/breakers.ts';
import type { RateLimiter } from '../gates/rate-limiter.ts';
import type { Account } from '../model/account.ts';
import { newId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import type { Leased } from '../model/leased.ts';
import { PROFILES } from '../model/profiles.ts';
import type { Rules } from '../model/rules.ts';
import type { Paused, Webhook } from '../model/webhook.ts';

export const START_MS = 1_900_000_000_000;

/** The places of a courier, and what it was given. */
class FakePlaces {
  readonly counts = new Map<string, number>();
  readonly delivered: Leased[] = [];
  limit = 10;
  processes = 1;

  ownConcurrency(concurrency: number): number {
    return partOf(concurrency, this.processes);
  }

  room(id: string): number {
    return this.limit - this.held(id);
  }

  held(id: string): number {
    return this.counts.get(id) ?? 0;
  }

  reserve(id: string, count: number): void {
    this.counts.set(id, (this.counts.get(id) ?? 0) + count);
  }

  cancel(id: string, count: number): void {
    this.reserve(id, -count);
  }

  deliver(leased: Leased): void {
    this.delivered.push(leased);
  }
}

/** A claimer in fake time whose statements, gates and courier a test answers itself. */
export class TestClaimer {
  readonly places = new FakePlaces();
  readonly statuses = new Map<string, 'active' | 'inactive'>();
  readonly paused = new Map<string, Paused>();
  readonly asked: { name: string; values: unknown[] }[] = [];
  readonly broken = new Map<string, Broken>();
  /** Webhooks that are not of account 1. */
  readonly accountIds = new Map<string, number>();
  readonly probes: string[] = [];
  readonly claimer: Claimer;
  readonly exhaustion = new Exhaustion({
    log: pino({ level: 'silent' }),
    monotonic: () => Date.now(),
  });
  readonly backlogs = new Backlogs();
  answer: (name: string, values: unknown[]) => Promise<unknown[]> = async () => [];
  account: Account = { id: 1, name: 'main', profile: 'durable', suspendedAt: undefined, keys: [] };
  rules: Rules = PROFILES.durable;
  permits = 0;

  constructor() {
    vi.useFakeTimers({
      now: START_MS,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    });
    const { asked, broken, paused, places, probes, statuses } = this;
    const answerTo = (name: string, values: unknown[]) => this.answer(name, values);
    const database: Database = {
      async run(query, params) {
        const values = query.values(params);
        asked.push({ name: query.name, values });
        return (await answerTo(query.name, values)) as never;
      },
      transaction: () => Promise.reject(new Error('not used')),
      close: async () => undefined,
    };
    this.claimer = new Claimer({
      backlogs: this.backlogs,
      clock: { now: () => Date.now() },
      courier: places as unknown as Courier,
      database,
      directory: {
        webhook: (id) => {
          const status = statuses.get(id);
          const accountId = this.accountIds.get(id) ?? 1;
          return status && ({ id, accountId, status, paused: paused.get(id) } as Webhook);
        },
        account: () => this.account,
      } as Partial<Directory> as Directory,
      exhaustion: this.exhaustion,
      breakers: {
        broken: (id) => broken.get(id),
        takeProbe: async (id) => {
          probes.push(`take ${id}`);
          return probes.length === 1;
        },
        returnProbe: async (id) => {
          probes.push(`return ${id}`);
        },
      } as Partial<Breakers> as Breakers,
      leaseMs: 30_000,
      limiter: {
        take: async (_id, _limit, wanted) => {
          const granted = Math.min(wanted, this.permits);
          this.permits -= granted;
          return { granted, nextInMs: 7_000 };
        },
        giveBack: async (_id, unused) => {
          this.permits += unused;
        },
      } as Partial<RateLimiter> as RateLimiter,
      log: pino({ level: 'silent' }),
      places: places as unknown as Places,
      rulesOf: () => this.rules,
    });
  }

  /** Expects that no timer is left. */
  async stop(): Promise<void> {
    await this.claimer.stop();
    const left = vi.getTimerCount();
    vi.useRealTimers();
    expect(left).toBe(0);
  }

  webhook(status: 'active' | 'inactive' | 'deleted' = 'active', lane?: number): string {
    for (;;) {
      const id = newId(START_MS);
      if (lane !== undefined && laneOf(id) !== lane) continue;
      if (status !== 'deleted') this.statuses.set(id, status);
      return id;
    }
  }

  /** A claimed row. */
  row(webhookId: string) {
    return {
      id: newId(START_MS),
      webhook_id: webhookId,
      event_id: newId(START_MS),
      event_type: 'a.b',
      attempts_count: 1,
      manual: false,
      manual_count: 0,
      suspect_count: 0,
      blamed_count: 0,
      leased: true,
      due_at: new Date(START_MS + 30_000),
      was_due_ms: START_MS,
    };
  }

  /** The statements that were run. */
  names(): string[] {
    return this.asked.map(({ name }) => name);
  }

  count(name: string): number {
    return this.names().filter((each) => each === name).length;
  }

  /** From when on each claim of one webhook looked for what is due, in milliseconds since 1970. */
  claimedFromMs(): number[] {
    const claims = this.asked.filter(({ name }) => name === 'claim-invocations');
    return claims.map(({ values }) => {
      const times = values[3] as Buffer;
      return Date.UTC(2000) + Number(times.readBigInt64BE(times.length - 8)) / 1_000;
    });
  }

  heldBy(webhookId: string): number {
    return this.places.held(webhookId);
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }
}
