import { MAX_SUSPECTS } from '../../model/suspicion.ts';
import { Shares } from '../../shares/shares.ts';
import type { Work } from './work.ts';

/**
 * Limits how many suspects this node sends at a time: a few, or a single one that was blamed before
 * (`suspicion.ts`). Other invocations never wait here. A suspect waits before it is in its line, so
 * it takes no request from its webhook meanwhile.
 *
 * Accounts take turns, and one has no more than its share of the few, so a second account waits for
 * nobody's endpoint. Only one that was blamed keeps all others out, for its one request.
 */
export class Quarantine {
  readonly #begin: (work: Work) => void;
  /** By account, the next in turn first. */
  readonly #waiting = new Map<number, Set<Work>>();
  /** Who is inside, with the places that it takes. */
  readonly #inside = new Map<Work, number>();
  readonly #places = new Shares(MAX_SUSPECTS);
  #closed = false;

  /** `begin` is called with each suspect that may be sent. */
  constructor(begin: (work: Work) => void) {
    this.#begin = begin;
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

  /** Takes back the suspects of a webhook that wait, except manual attempts. */
  takeWaiting(accountId: number, webhookId: string): Work[] {
    const works = [...(this.#waiting.get(accountId) ?? [])].filter(
      ({ leased }) => leased.webhookId === webhookId && !leased.manual,
    );
    for (const work of works) this.#withdraw(work);
    return works;
  }

  /** Lets nobody else in, and returns who waits. */
  close(): Work[] {
    this.#closed = true;
    const works = [...this.#waiting.values()].flatMap((waiting) => [...waiting]);
    this.#waiting.clear();
    return works;
  }

  #withdraw(work: Work): void {
    const { accountId } = work;
    const works = this.#waiting.get(accountId);
    if (works?.delete(work) && works.size === 0) this.#waiting.delete(accountId);
  }

  #admit(): void {
    for (let tries = this.#waiting.size; tries > 0 && !this.#closed; tries--) {
      const [accountId, works] = this.#waiting.entries().next().value as [number, Set<Work>];
      const work = works.values().next().value as Work;
      const places = work.leased.suspicion === 'blamed' ? MAX_SUSPECTS : 1;
      // It is its turn: nobody overtakes it while it waits until enough have left.
      if (places > this.#places.free) return;
      this.#waiting.delete(accountId);
      const mayEnter = places > 1 || this.#places.left(accountId) > 0;
      if (mayEnter) works.delete(work);
      if (works.size > 0) this.#waiting.set(accountId, works);
      if (!mayEnter) continue;
      this.#places.take(accountId, places);
      this.#inside.set(work, places);
      this.#begin(work);
      // Not before: where the webhook may not send, its suspects that wait were taken back.
      tries = this.#waiting.size + 1;
    }
  }
}
