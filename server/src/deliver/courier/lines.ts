import type { Leased } from '../../model/leased.ts';
import type { Rules } from '../../model/rules.ts';
import type { Line } from './line.ts';
import type { Places } from './places.ts';
import type { Work } from './work.ts';

/**
 * Once this many requests are in flight, start at most `MAX_BEGUN_IN_TURN` more per event-loop
 * turn, then read what arrived. Where endpoints answer faster than this node can send, it then has
 * no more in flight than it keeps up with, instead of all that are allowed, each with a socket
 * waiting to be read. Where they take their time, turns are short, and this does not limit
 * anything. (docs/decisions/requests-in-a-turn.md)
 */
const SENDING_UNHURRIED = 64;
const MAX_BEGUN_IN_TURN = 16;

/** The longest body that is accepted; a body that is not in memory may be as long. */
const LONGEST_BODY = 1024 * 1024;

interface Parts {
  readonly places: Places;
  readonly rulesOf: (webhookId: string) => Rules;
  /** Called with work whose turn it is; `bytes` were taken for its body. */
  readonly begin: (line: Line, work: Work, bytes: number) => void;
}

/**
 * Decides when queued work is sent: each webhook in its own queue, within its own concurrency, and at
 * the pace of the event loop. A line that may not send although it has work and is below its own
 * concurrency waits for other webhooks. Those lines are tried one account after the other: a line
 * waits for as many others as there are accounts and lines of its own account, not for all lines.
 */
export class Lines {
  readonly #parts: Parts;
  /** Lines that wait, by account; the account that is next comes first. */
  readonly #waiting = new Map<number, Set<Line>>();
  #begunInTurn = 0;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  add(line: Line, work: Work): void {
    line.queue.push(work);
    this.pump(line);
  }

  /** Adds work that is next: a suspect, which keeps others waiting until it is sent. */
  addFirst(line: Line, work: Work): void {
    line.queue.unshift(work);
    this.pump(line);
  }

  /** Begins what may begin of one line. */
  pump(line: Line): void {
    if (this.#stopped) return;
    const { begin, places, rulesOf } = this.#parts;
    const { concurrency } = rulesOf(line.webhookId);
    while (line.queue.length > 0) {
      if (!this.#mayBegin()) {
        this.#wait(line);
        return;
      }
      if (line.sending >= places.sendingLimit(line, concurrency)) {
        // Below its own limit it waits for other webhooks, and does not see their requests end.
        if (line.sending < places.ownConcurrency(concurrency)) this.#wait(line);
        return;
      }
      const work = line.queue[0] as Work;
      const bytes = requestBytes(work.leased);
      if (!places.tryBegin(line, bytes)) {
        this.#wait(line);
        return;
      }
      line.queue.shift();
      this.#countBegun();
      begin(line, work, bytes);
    }
  }

  /**
   * A request of an account ended. What it frees is free for the account's other lines, or for another
   * account: two lines of each are tried, since the first may not be able to use it.
   */
  pumpWaiting(accountId: number): void {
    if (this.#waiting.size === 0) return;
    this.#pumpOneOf(accountId);
    this.#pumpOneOf(accountId);
    this.#pumpNext();
    this.#pumpNext();
  }

  /** Begins nothing more. */
  stop(): void {
    this.#stopped = true;
  }

  #wait(line: Line): void {
    const lines = this.#waiting.get(line.accountId);
    if (lines === undefined) this.#waiting.set(line.accountId, new Set([line]));
    else lines.add(line);
  }

  #mayBegin(): boolean {
    return this.#parts.places.sending < SENDING_UNHURRIED || this.#begunInTurn < MAX_BEGUN_IN_TURN;
  }

  #countBegun(): void {
    if (this.#parts.places.sending <= SENDING_UNHURRIED) return;
    if (this.#begunInTurn++ === 0) setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#begunInTurn = 0;
    let tries = 0;
    for (const [accountId, lines] of this.#waiting) {
      if (this.#parts.places.maySend(accountId)) tries += lines.size;
    }
    for (; tries > 0 && this.#mayBegin(); tries--) this.#pumpNext();
  }

  /** Tries one line of the next account that may send. */
  #pumpNext(): void {
    for (const accountId of this.#waiting.keys()) {
      if (!this.#parts.places.maySend(accountId)) continue;
      this.#pumpOneOf(accountId);
      return;
    }
  }

  #pumpOneOf(accountId: number): void {
    const lines = this.#waiting.get(accountId);
    if (lines === undefined) return;
    this.#waiting.delete(accountId);
    const [line] = lines;
    lines.delete(line as Line);
    // The account goes to the end.
    if (lines.size > 0) this.#waiting.set(accountId, lines);
    this.pump(line as Line);
  }
}

/** A body is in memory twice: as text, and as the bytes that are sent. */
function requestBytes({ body }: Leased): number {
  return 2 * (body?.length ?? LONGEST_BODY);
}
