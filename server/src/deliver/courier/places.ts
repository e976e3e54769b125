import { ByteBudget } from './byte-budget.ts';
import type { Line } from './line.ts';

/** Places of one webhook: those in flight, and as many as keep them busy between two claims. */
const MAX_HELD_PER_WEBHOOK = 512;
const MAX_HELD = 16_384;
const MAX_SENDING = 4_096;

/**
 * One webhook may take this share of what is free. It does not limit a few busy webhooks; the more
 * endpoints hang, the less each gets. With n webhooks taking all they can, 8 / (n + 8) of the
 * places are free once each has released what it took before the others came.
 */
const SHARE = 1 / 8;

/** Memory for bodies in flight and for outcomes that wait for the database. */
const BODY_BYTES = 256 * 1024 * 1024;

interface Parts {
  /** Called when a webhook has room again. */
  readonly onRoom: (webhookId: string) => void;
}

/**
 * Decides how much of this node each webhook may use. Three things are limited, each by a share of
 * what is free: places (work that is held, from reservation to record), requests in flight, and
 * memory for bodies.
 *
 * A place is reserved -> filled with work -> released. Reserving comes before the database is asked
 * for work, so that a node never leases more than it has room for.
 */
export class Places {
  readonly #onRoom: (webhookId: string) => void;
  readonly #lines = new Map<string, Line>();
  readonly #bytes = new ByteBudget(BODY_BYTES);
  #held = 0;
  #sending = 0;
  #closed = false;

  constructor({ onRoom }: Parts) {
    this.#onRoom = onRoom;
  }

  /** How many invocations of a webhook may be reserved now; 0 until a worthwhile number fits. */
  room(webhookId: string): number {
    if (this.#closed) return 0;
    const held = this.held(webhookId);
    const limit = this.#limit();
    const room = limit - held;
    return held === 0 || room >= limit / 4 ? Math.max(0, room) : 0;
  }

  /** How many places a webhook holds. */
  held(webhookId: string): number {
    return this.#lines.get(webhookId)?.held ?? 0;
  }

  /** Takes `count` places, within what `room` returned. */
  reserve(webhookId: string, count: number): void {
    this.line(webhookId).held += count;
    this.#held += count;
  }

  /** Takes one place if there is one. */
  tryReserve(webhookId: string): boolean {
    return this.#tryReserve(webhookId, this.#limit());
  }

  /**
   * Takes one place for a manual attempt, up to twice the share of its webhook: a claim takes the
   * whole share while it looks for due work, and usually returns it immediately.
   */
  tryReserveByHand(webhookId: string): boolean {
    return this.#tryReserve(webhookId, 2 * this.#limit());
  }

  /** Returns places that were reserved and are not used. */
  cancel(webhookId: string, count: number): void {
    this.release(this.line(webhookId), count);
  }

  /** Returns places of a line. */
  release(line: Line, count: number): void {
    line.held -= count;
    this.#held -= count;
    if (line.held === 0) this.#lines.delete(line.webhookId);
    if (!this.#closed) this.#onRoom(line.webhookId);
  }

  /** The line of a webhook. A new one lasts only if a place is reserved. */
  line(webhookId: string): Line {
    let line = this.#lines.get(webhookId);
    if (line === undefined) {
      line = { webhookId, queue: [], held: 0, sending: 0, waiting: false };
      this.#lines.set(webhookId, line);
    }
    return line;
  }

  lines(): Iterable<Line> {
    return this.#lines.values();
  }

  /** Requests in flight, of all webhooks. */
  get sending(): number {
    return this.#sending;
  }

  /** How many requests of one webhook may be in flight at present. */
  sendingLimit(concurrency: number): number {
    return Math.min(concurrency, Math.ceil((MAX_SENDING - this.#sending) * SHARE));
  }

  /** Counts a request as in flight, if there is memory for its body. */
  tryBegin(line: Line, bytes: number): boolean {
    if (!this.#bytes.tryTake(line.webhookId, bytes)) return false;
    line.sending++;
    this.#sending++;
    return true;
  }

  /** Ends a request in flight; its outcome keeps `keptBytes` until it is recorded. */
  end(line: Line, bytes: number, keptBytes: number): void {
    this.#bytes.giveBack(line.webhookId, bytes);
    this.#bytes.take(line.webhookId, keptBytes);
    line.sending--;
    this.#sending--;
  }

  /** Frees the memory that an outcome kept until it was recorded. */
  freeBytes(line: Line, bytes: number): void {
    this.#bytes.giveBack(line.webhookId, bytes);
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
  #limit(): number {
    return Math.min(MAX_HELD_PER_WEBHOOK, Math.ceil((MAX_HELD - this.#held) * SHARE));
  }
}
