import { Shares } from '../../shares/shares.ts';

/** Claims in flight at once; one of them stays free for an account that has none. */
const CLAIMS = 4;

/** Webhooks of one account in a claim: how long the claim may take. */
const MOST_OF_ACCOUNT = 64;

/** Webhooks that other accounts add to a claim of the same lane: each account, and all of them. */
const MOST_OF_OTHER = 8;
const MOST_OF_OTHERS = 64;

/** Webhooks of one lane that are claimed for together. */
export interface Batch {
  readonly lane: number;
  /** Those of the account whose turn it is come first. */
  readonly webhookIds: ReadonlySet<string>;
  /** The account whose turn it is. */
  readonly accountId: number;
  /** The accounts of all webhooks. */
  readonly accountIds: readonly number[];
}

/**
 * Webhooks that wait for a claim, by account and lane. Accounts take turns; a turn is a claim of one
 * lane, which takes along a few webhooks that other accounts have in that lane. No two claims at once
 * are of the same lane and account, and one account cannot use all claims: thousands of due webhooks
 * of one account do not delay the claim of another.
 */
export class ClaimQueue {
  /** By account, the next in turn first: its lanes with what waits there. */
  readonly #accounts = new Map<number, Map<number, Set<string>>>();
  /** The accounts with something in a lane. */
  readonly #lanes = new Map<number, Set<number>>();
  readonly #busy = new Set<string>();
  readonly #running = new Shares(CLAIMS);

  get running(): number {
    return this.#running.used;
  }

  add(accountId: number, lane: number, webhookId: string): void {
    let lanes = this.#accounts.get(accountId);
    if (lanes === undefined) {
      lanes = new Map();
      this.#accounts.set(accountId, lanes);
    }
    const webhookIds = lanes.get(lane);
    if (webhookIds === undefined) lanes.set(lane, new Set([webhookId]));
    else webhookIds.add(webhookId);
    const accounts = this.#lanes.get(lane);
    if (accounts === undefined) this.#lanes.set(lane, new Set([accountId]));
    else accounts.add(accountId);
  }

  clear(): void {
    this.#accounts.clear();
    this.#lanes.clear();
  }

  /** The next claim, if one may begin. It must be ended with `end`. */
  next(): Batch | undefined {
    for (const [accountId, lanes] of this.#accounts) {
      if (this.#running.free < 1) return undefined;
      if (this.#running.left(accountId) < 1) continue;
      for (const lane of lanes.keys()) {
        if (!this.#busy.has(busyKey(accountId, lane))) return this.#begin(accountId, lane);
      }
    }
    return undefined;
  }

  end({ accountId, accountIds, lane }: Batch): void {
    for (const one of accountIds) this.#busy.delete(busyKey(one, lane));
    this.#running.giveBack(accountId, 1);
  }

  #begin(accountId: number, lane: number): Batch {
    const webhookIds = new Set<string>();
    const accountIds: number[] = [];
    const takeOf = (one: number, most: number) => {
      this.#busy.add(busyKey(one, lane));
      accountIds.push(one);
      this.#move(one, lane, most, webhookIds);
    };
    takeOf(accountId, MOST_OF_ACCOUNT);
    const most = webhookIds.size + MOST_OF_OTHERS;
    for (const other of this.#lanes.get(lane) ?? []) {
      if (webhookIds.size >= most) break;
      if (!this.#busy.has(busyKey(other, lane))) takeOf(other, MOST_OF_OTHER);
    }
    const lanes = this.#accounts.get(accountId);
    if (lanes !== undefined) {
      this.#accounts.delete(accountId);
      this.#accounts.set(accountId, lanes);
    }
    this.#running.take(accountId, 1);
    return { lane, webhookIds, accountId, accountIds };
  }

  /** Moves what waits for an account in a lane, at most so many. */
  #move(accountId: number, lane: number, most: number, to: Set<string>): void {
    const lanes = this.#accounts.get(accountId) as Map<number, Set<string>>;
    const waiting = lanes.get(lane) as Set<string>;
    let left = most;
    for (const webhookId of waiting) {
      if (left-- === 0) break;
      waiting.delete(webhookId);
      to.add(webhookId);
    }
    // What remains waits behind the account's other lanes.
    lanes.delete(lane);
    if (waiting.size > 0) {
      lanes.set(lane, waiting);
      return;
    }
    this.#lanes.get(lane)?.delete(accountId);
    if (lanes.size === 0) this.#accounts.delete(accountId);
  }
}

function busyKey(accountId: number, lane: number): string {
  return `${accountId} ${lane}`;
}
