import type { Runner } from '../../database/database.ts';
import { originAnswered } from '../../deliver/origin-answered.ts';
import { MINUTE_MS } from '../../model/time-units.ts';

interface Parts {
  readonly database: Runner;
  /** Tells how long ago a look was: the clock of the database may be set back. */
  readonly monotonic?: () => number;
}

/** An account, and the webhooks of it that send to an origin. */
export interface Sender {
  readonly accountId: number;
  readonly origin: string;
  readonly webhookIds: readonly string[];
}

/** Looks of one evaluation, a statement each: 20 take some 20 ms. */
const MOST_LOOKS = 20;

/** Who was not answered is looked at again after this time. */
const AGAIN_MS = MINUTE_MS;

/** As many webhooks as a look reads. */
const STEP = 100;

/** What is known of an account and an origin. */
interface Known {
  readonly isAnswered: boolean;
  /** By the monotonic clock. */
  readonly lookedMs: number;
  /** The first webhook of the next look: an account may have more than one look reads. */
  readonly from: number;
}

/**
 * Knows which accounts an origin answered. Who was answered once stays so while its origin is asked for. The others are
 * looked at in turn, some at each evaluation, one of each account first: an account that names thousands of origins
 * delays no other.
 */
export class AnsweredAccounts {
  readonly #parts: Parts;
  #known: ReadonlyMap<string, Known> = new Map();
  /** When each account had its last look, by the monotonic clock. */
  #accounts: ReadonlyMap<number, number> = new Map();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Those of some that their origin is known to have answered. What is not asked for is forgotten. */
  async among<One extends Sender>(senders: readonly One[]): Promise<One[]> {
    const { database, monotonic = () => performance.now() } = this.#parts;
    const known = new Map<string, Known>();
    const accounts = new Map<number, number>();
    for (const sender of senders) {
      const key = keyOf(sender);
      const before = this.#known.get(key);
      if (before !== undefined) known.set(key, before);
      const lookedMs = this.#accounts.get(sender.accountId);
      if (lookedMs !== undefined) accounts.set(sender.accountId, lookedMs);
    }
    const nowMs = monotonic();
    const isDue = (sender: One) => {
      const one = known.get(keyOf(sender));
      return one === undefined || (!one.isAnswered && nowMs - one.lookedMs >= AGAIN_MS);
    };
    const lastMs = (sender: One) => known.get(keyOf(sender))?.lookedMs ?? Number.NEGATIVE_INFINITY;
    const due = senders.filter(isDue).sort((one, other) => ascending(lastMs(one), lastMs(other)));
    const looked = inTurn(due, accounts).slice(0, MOST_LOOKS);
    // A look that fails ends the evaluation: what was found stays, and the next one begins with another account.
    this.#known = known;
    this.#accounts = accounts;
    for (const sender of looked) {
      const { accountId, origin, webhookIds } = sender;
      accounts.set(accountId, nowMs);
      const key = keyOf(sender);
      const from = known.get(key)?.from ?? 0;
      const start = from < webhookIds.length ? from : 0;
      const isAnswered = await originAnswered(database, origin, webhookIds.slice(start));
      known.set(key, { isAnswered, lookedMs: nowMs, from: start + STEP });
    }
    return senders.filter((sender) => known.get(keyOf(sender))?.isAnswered === true);
  }
}

const keyOf = ({ accountId, origin }: Sender) => `${accountId} ${origin}`;

/** Also of infinities. */
const ascending = (one: number, other: number) => (one === other ? 0 : one < other ? -1 : 1);

/** One of each account, then the second of each: accounts first that had no look for the longest time. */
function inTurn<One extends Sender>(
  due: readonly One[],
  accounts: ReadonlyMap<number, number>,
): One[] {
  const places = new Map<number, number>();
  const lastMs = (one: One) => accounts.get(one.accountId) ?? Number.NEGATIVE_INFINITY;
  return due
    .map((one) => {
      const place = places.get(one.accountId) ?? 0;
      places.set(one.accountId, place + 1);
      return { one, place };
    })
    .sort((a, b) => a.place - b.place || ascending(lastMs(a.one), lastMs(b.one)))
    .map(({ one }) => one);
}
