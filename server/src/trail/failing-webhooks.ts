import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { DAY_MS, SECOND_MS } from '../model/time-units.ts';
import { chooseUnit } from '../rollups/choose-unit.ts';
import { countRollups } from '../rollups/count-rollups.ts';
import type { RollupUnit } from '../sql/parts/rollup-reading.ts';

/** A webhook of which too many attempts failed. */
export interface FailingWebhook {
  readonly webhookId: string;
  readonly attempts: number;
  readonly failed: number;
}

interface Parts {
  /** Whether the tables are distributed over a Citus cluster. */
  readonly citus: boolean;
  readonly clock: Clock;
  readonly database: Runner;
  /** Measures how old a reading is: the clock of the database may be set back. */
  readonly monotonic?: () => number;
  readonly rollupKeptMs: Readonly<Record<RollupUnit, number>>;
}

/** What is known of an account. */
interface Known {
  readonly failing: Map<string, FailingWebhook>;
  /** Where the next reading begins, in the order of the webhooks. */
  next: number;
  /** Every webhook was counted once. */
  isWhole: boolean;
  /** By the monotonic clock. */
  readAtMs: number;
  reading: Promise<void> | undefined;
}

/** The share of failures from which on a webhook is failing, in the last 24 hours. */
const FAILING_SHARE = 0.05;

const SPAN_MS = DAY_MS;

/** Webhooks that one reading counts, some 50 ms; an account with more is read in turn. */
export const COUNTED_AT_ONCE = 2_000;

/** While somebody looks, each account is read this often at most. */
const EVERY_MS = 10 * SECOND_MS;

/** Accounts that somebody looked at; the one that was looked at longest ago is forgotten. */
const MOST_ACCOUNTS = 1_000;

/**
 * Which webhooks of an account fail, from rollups. One reading counts up to 2,000 webhooks, so it costs the
 * same whatever an account has; the others follow in the next readings, and what was found stays until its
 * turn comes again: of 100,000 webhooks after 500 s.
 */
export class FailingWebhooks {
  readonly #parts: Parts;
  readonly #monotonic: () => number;
  readonly #accounts = new Map<number, Known>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#monotonic = parts.monotonic ?? (() => performance.now());
  }

  /** The failing ones of these webhooks of an account, and how many of them were counted so far. */
  async of(
    accountId: number,
    webhookIds: readonly string[],
  ): Promise<{ readonly failing: ReadonlyMap<string, FailingWebhook>; readonly counted: number }> {
    const known = this.#known(accountId);
    if (known.reading !== undefined) await known.reading;
    else if (this.#monotonic() - known.readAtMs >= EVERY_MS) {
      known.reading = this.#read(accountId, webhookIds, known).finally(() => {
        known.reading = undefined;
      });
      await known.reading;
    }
    return { failing: known.failing, counted: known.isWhole ? webhookIds.length : known.next };
  }

  #known(accountId: number): Known {
    const known = this.#accounts.get(accountId) ?? {
      failing: new Map(),
      next: 0,
      isWhole: false,
      readAtMs: Number.NEGATIVE_INFINITY,
      reading: undefined,
    };
    // The order of the map is that of use.
    this.#accounts.delete(accountId);
    this.#accounts.set(accountId, known);
    if (this.#accounts.size > MOST_ACCOUNTS) {
      const [oldest] = this.#accounts.keys();
      this.#accounts.delete(oldest as number);
    }
    return known;
  }

  async #read(accountId: number, all: readonly string[], known: Known): Promise<void> {
    const { clock, rollupKeptMs } = this.#parts;
    const nowMs = clock.now();
    if (known.next >= all.length) known.next = 0;
    const some = all.slice(known.next, known.next + COUNTED_AT_ONCE);
    const { rows } = await countRollups(this.#parts, {
      accountId,
      webhookIds: some,
      knownIds: some,
      by: ['webhook'],
      byStep: false,
      chosen: chooseUnit({
        span: [nowMs - SPAN_MS, nowMs],
        step: undefined,
        counted: Math.max(1, some.length),
        nowMs,
        keptMs: rollupKeptMs,
      }),
      statuses: null,
      errors: null,
    });
    for (const id of some) known.failing.delete(id);
    for (const { sums, webhookId } of rows) {
      const { attempts, succeeded } = sums.counts;
      const failed = attempts - succeeded;
      if (webhookId !== undefined && failed > 0 && failed >= attempts * FAILING_SHARE) {
        known.failing.set(webhookId, { webhookId, attempts, failed });
      }
    }
    if (known.next === 0) {
      // Deleted ones are in no part.
      const present = new Set(all);
      for (const id of known.failing.keys()) if (!present.has(id)) known.failing.delete(id);
    }
    known.next += some.length;
    if (known.next >= all.length) known.isWhole = true;
    known.readAtMs = this.#monotonic();
  }
}
