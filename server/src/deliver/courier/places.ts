import { partOf } from '../../config/part-of.ts';
import type { Room } from '../../config/share-room.ts';
import { type ShareUse, useOf } from '../../shares/share-use.ts';
import { Shares } from '../../shares/shares.ts';
import { ByteBudget } from './byte-budget.ts';
import type { Line } from './line.ts';

/** Places of one webhook: those in flight, and as many as keep them busy between two claims. */
const MAX_HELD_PER_WEBHOOK = 512;

/**
 * One webhook may take this share of what is left to its account. It does not limit a few busy
 * webhooks; the more endpoints hang, the less each gets. With n webhooks taking all they can,
 * 8 / (n + 8) of the account's places are free once each has released what it took before the others
 * came.
 */
const SHARE = 1 / 8;

/** Of the requests in flight, one in sixteen may be a test: they do not wait for their turn. */
const TRIALS_PART = 16;

/** The account of work whose webhook was deleted. */
const NO_ACCOUNT = 0;

interface Parts {
  /** The account of a webhook; undefined when the webhook was deleted. */
  readonly accountOf: (webhookId: string) => number | undefined;
  /** Requests that this node may have in flight. */
  readonly mostSending: number;
  /** Called when a webhook has room again. */
  readonly onRoom: (webhookId: string) => void;
  readonly room: Room;
}

/**
 * Decides how much of this node each account and each of its webhooks may use. Three things are
 * limited: places (work that is held, from reservation to record), requests in flight, and memory for
 * bodies. Of each an account gets its share (`shareLeft`), and a webhook a share of what is left to
 * its account: thousands of webhooks of one account take no more of a node than one account may.
 *
 * A place is reserved -> filled with work -> released. Reserving comes before the database is asked
 * for work, so that a node never leases more than it has room for.
 */
export class Places {
  readonly #parts: Parts;
  readonly #lines = new Map<string, Line>();
  readonly #bytes: ByteBudget;
  readonly #held: Shares;
  readonly #sending: Shares;
  readonly #trials: Shares;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#bytes = new ByteBudget(parts.room.bodyBytes);
    this.#held = new Shares(parts.room.places);
    this.#sending = new Shares(parts.mostSending);
    this.#trials = new Shares(Math.ceil(parts.mostSending / TRIALS_PART));
  }

  /** How many invocations of a webhook may be reserved now; 0 until a worthwhile number fits. */
  room(webhookId: string): number {
    if (this.#closed) return 0;
    const held = this.held(webhookId);
    const limit = this.#limit(webhookId);
    const room = limit - held;
    return held === 0 || room >= limit / 4 ? Math.max(0, room) : 0;
  }

  /** How many places a webhook holds. */
  held(webhookId: string): number {
    return this.#lines.get(webhookId)?.held ?? 0;
  }

  /** Takes `count` places, within what `room` returned. */
  reserve(webhookId: string, count: number): void {
    const line = this.line(webhookId);
    line.held += count;
    this.#held.take(line.accountId, count);
  }

  /** Whether `tryReserve` would take a place. */
  mayReserve(webhookId: string): boolean {
    return !this.#closed && this.held(webhookId) < this.#limit(webhookId);
  }

  /** Takes one place if there is one. */
  tryReserve(webhookId: string): boolean {
    return this.#tryReserve(webhookId, this.#limit(webhookId));
  }

  /**
   * Takes one place for a manual attempt, up to twice the share of its webhook: a claim takes the
   * whole share while it looks for due work, and usually returns it immediately.
   */
  tryReserveByHand(webhookId: string): boolean {
    return this.#tryReserve(webhookId, 2 * this.#limit(webhookId));
  }

  /** Returns places that were reserved and are not used. */
  cancel(webhookId: string, count: number): void {
    this.release(this.line(webhookId), count);
  }

  /** Returns places of a line. */
  release(line: Line, count: number): void {
    line.held -= count;
    this.#held.giveBack(line.accountId, count);
    if (line.held === 0) this.#lines.delete(line.webhookId);
    if (!this.#closed) this.#parts.onRoom(line.webhookId);
  }

  /** The line of a webhook. A new one lasts only if a place is reserved. */
  line(webhookId: string): Line {
    let line = this.#lines.get(webhookId);
    if (line === undefined) {
      line = { webhookId, accountId: this.#accountOf(webhookId), queue: [], held: 0, sending: 0 };
      this.#lines.set(webhookId, line);
    }
    return line;
  }

  lines(): Iterable<Line> {
    return this.#lines.values();
  }

  /** Requests in flight, of all webhooks. */
  get sending(): number {
    return this.#sending.used;
  }

  /** What is taken of each thing that is limited. */
  use(): Readonly<Record<'places' | 'requests' | 'trials' | 'bytes', ShareUse>> {
    return {
      places: useOf(this.#held),
      requests: useOf(this.#sending),
      trials: useOf(this.#trials),
      bytes: this.#bytes.use,
    };
  }

  /** Whether an account may have another request in flight. */
  maySend(accountId: number): boolean {
    return this.#sending.left(accountId) > 0;
  }

  /** This process's part of a webhook's concurrency. */
  ownConcurrency(concurrency: number): number {
    return partOf(concurrency, this.#parts.room.processes);
  }

  /** How many requests of one webhook may be in flight at present. */
  sendingLimit({ accountId }: Line, concurrency: number): number {
    const share = Math.ceil(this.#sending.left(accountId) * SHARE);
    return Math.min(this.ownConcurrency(concurrency), share);
  }

  /** Counts a request as in flight, if there is memory for its body. */
  tryBegin(line: Line, bytes: number): boolean {
    if (!this.#bytes.tryTake(line, bytes)) return false;
    line.sending++;
    this.#sending.take(line.accountId, 1);
    return true;
  }

  /** Ends a request in flight; its outcome keeps `keptBytes` until it is recorded. */
  end(line: Line, bytes: number, keptBytes: number): void {
    this.#bytes.giveBack(line, bytes);
    this.#bytes.take(line, keptBytes);
    line.sending--;
    this.#sending.giveBack(line.accountId, 1);
  }

  /** Counts a test request as in flight, if its account may have another. */
  tryBeginTrial(accountId: number): boolean {
    if (this.#trials.left(accountId) < 1 || !this.maySend(accountId)) return false;
    this.#trials.take(accountId, 1);
    this.#sending.take(accountId, 1);
    return true;
  }

  endTrial(accountId: number): void {
    this.#trials.giveBack(accountId, 1);
    this.#sending.giveBack(accountId, 1);
  }

  /** Frees the memory that an outcome kept until it was recorded. */
  freeBytes(line: Line, bytes: number): void {
    this.#bytes.giveBack(line, bytes);
  }

  /** Offers no more room; what is held may still be released. */
  close(): void {
    this.#closed = true;
  }

  #tryReserve(webhookId: string, limit: number): boolean {
    if (this.#closed || this.held(webhookId) >= limit) return false;
    this.reserve(webhookId, 1);
    return true;
  }

  /** How many places one webhook may hold at present. */
  #limit(webhookId: string): number {
    const accountId = this.#lines.get(webhookId)?.accountId ?? this.#accountOf(webhookId);
    return Math.min(MAX_HELD_PER_WEBHOOK, Math.ceil(this.#held.left(accountId) * SHARE));
  }

  #accountOf(webhookId: string): number {
    return this.#parts.accountOf(webhookId) ?? NO_ACCOUNT;
  }
}
