import { isByHand } from '../../model/is-by-hand.ts';
import { MAX_SUSPECTS } from '../../model/suspicion.ts';
import { Shares } from '../../shares/shares.ts';
import type { Work } from './work.ts';

/** As long as a request may take: then a blamed suspect enters although its line is busy. */
const LONGEST_GIVING_WAY_MS = 60_000;

interface Parts {
  /** Called with each suspect that may be sent. */
  readonly begin: (work: Work) => void;
  /** Whether the line of a suspect could send it now. */
  readonly isReady: (work: Work) => boolean;
  /** Milliseconds of a clock that never goes back; of the process by default. */
  readonly monotonic?: () => number;
}

/**
 * Limits how many suspects this node sends at a time: a few, or a single one that was blamed before
 * (`suspicion.ts`). Other invocations never wait here. A suspect waits before it is in its line, so
 * it takes no request from its webhook meanwhile.
 *
 * Accounts take turns, and one has no more than its share of the few, so a second account waits for
 * nobody's endpoint. Only one that was blamed keeps all others out, for its one request. While its line
 * has no room for that request it gives way to the others, or they would wait for the requests of its
 * line as well.
 */
export class Quarantine {
  readonly #begin: Parts['begin'];
  readonly #isReady: Parts['isReady'];
  readonly #monotonic: () => number;
  /** By account, the next in turn first. */
  readonly #waiting = new Map<number, Set<Work>>();
  /** Who is inside, with the places that it takes. */
  readonly #inside = new Map<Work, number>();
  readonly #places = new Shares(MAX_SUSPECTS);
  /** Since when blamed suspects give way. */
  readonly #givingWay = new Map<Work, number>();
  #closed = false;

  constructor({ begin, isReady, monotonic = () => performance.now() }: Parts) {
    this.#begin = begin;
    this.#isReady = isReady;
    this.#monotonic = monotonic;
  }

  /** Lets a suspect in, now or later. */
  enter(work: Work): void {
    const { accountId } = work;
    const works = this.#waiting.get(accountId);
    if (works === undefined) this.#waiting.set(accountId, new Set([work]));
    else works.add(work);
    this.#admit();
  }

  /** A suspect was recorded, or will not be sent. */
  leave(work: Work): void {
    const places = this.#inside.get(work);
    if (places === undefined) {
      this.#withdraw(work);
    } else {
      this.#inside.delete(work);
      this.#places.giveBack(work.accountId, places);
    }
    this.#admit();
  }

  /** A line has room: a suspect may have waited for it. */
  lineFreed(): void {
    if (this.#givingWay.size > 0) this.#admit();
  }

  /** Takes back the suspects of a webhook that wait, except manual attempts. */
  takeWaiting(accountId: number, webhookId: string): Work[] {
    const works = [...(this.#waiting.get(accountId) ?? [])].filter(
      ({ leased }) => leased.webhookId === webhookId && !isByHand(leased),
    );
    for (const work of works) this.#withdraw(work);
    return works;
  }

  /** Lets nobody else in, and returns who waits. */
  close(): Work[] {
    this.#closed = true;
    const works = [...this.#waiting.values()].flatMap((waiting) => [...waiting]);
    this.#waiting.clear();
    this.#givingWay.clear();
    return works;
  }

  #withdraw(work: Work): void {
    const { accountId } = work;
    const works = this.#waiting.get(accountId);
    this.#givingWay.delete(work);
    if (works?.delete(work) && works.size === 0) this.#waiting.delete(accountId);
  }

  #admit(): void {
    for (let tries = this.#waiting.size; tries > 0 && !this.#closed; tries--) {
      const [accountId, works] = this.#waiting.entries().next().value as [number, Set<Work>];
      const work = this.#firstOf(works);
      if (work === undefined) {
        this.#waiting.delete(accountId);
        this.#waiting.set(accountId, works);
        continue;
      }
      const places = work.leased.suspicion === 'blamed' ? MAX_SUSPECTS : 1;
      // It is its turn: nobody overtakes it while it waits until enough have left.
      if (places > this.#places.free) return;
      this.#waiting.delete(accountId);
      const mayEnter = places > 1 || this.#places.left(accountId) > 0;
      if (mayEnter) {
        works.delete(work);
        this.#givingWay.delete(work);
      }
      if (works.size > 0) this.#waiting.set(accountId, works);
      if (!mayEnter) continue;
      this.#places.take(accountId, places);
      this.#inside.set(work, places);
      this.#begin(work);
      // Not before: where the webhook may not send, its suspects that wait were taken back.
      tries = this.#waiting.size + 1;
    }
  }
  /** The first that does not give way. */
  #firstOf(works: ReadonlySet<Work>): Work | undefined {
    for (const work of works) if (!this.#givesWay(work)) return work;
    return undefined;
  }

  #givesWay(work: Work): boolean {
    if (work.leased.suspicion !== 'blamed' || this.#isReady(work)) return false;
    const nowMs = this.#monotonic();
    const sinceMs = this.#givingWay.get(work);
    if (sinceMs === undefined) this.#givingWay.set(work, nowMs);
    return nowMs - (sinceMs ?? nowMs) < LONGEST_GIVING_WAY_MS;
  }
}
