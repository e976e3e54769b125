import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../model/clock.ts';
import { renewLeases } from '../../sql/renew-leases.ts';
import type { Courier } from './courier.ts';
import { leaseOf, type Work } from './work.ts';

interface Parts {
  readonly clock: Clock;
  readonly courier: Courier;
  readonly database: Database;
  readonly leaseMs: number;
  readonly log: Logger;
}

/**
 * Leases in a statement. A webhook that hangs may make a node hold thousands, and outcomes wait for the renewal
 * of theirs.
 */
const MOST_AT_ONCE = 1_000;

/**
 * Renews the leases of work that is queued or being sent, when half of their time has passed. A
 * lease that could not be renewed expires, and queued work is then not sent by this node.
 */
export class LeaseKeeper {
  readonly #parts: Parts;
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#timer = setInterval(() => {
      this.#renewing ??= this.#renew().finally(() => {
        this.#renewing = undefined;
      });
    }, parts.leaseMs / 6);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    const ageing = this.#parts.clock.now() + this.#parts.leaseMs / 2;
    const isAgeing = (work: Work) => isHeld(work) && work.leasedUntilMs < ageing;
    const works = [...this.#parts.courier.works()].filter(isAgeing);
    for (let from = 0; from < works.length; from += MOST_AT_ONCE) {
      // What ended while the page before was written has no lease to renew.
      const page = works.slice(from, from + MOST_AT_ONCE).filter(isHeld);
      if (page.length === 0) continue;
      const renewal = this.#renewPage(page);
      const ended = renewal.then(() => undefined);
      for (const work of page) work.renewal = ended;
      if (!(await renewal)) return;
    }
  }

  /** Returns whether the database renewed them; those whose lease is lost keep their old one. */
  async #renewPage(page: readonly Work[]): Promise<boolean> {
    const { database, leaseMs, log } = this.#parts;
    const works = new Map(page.map((work) => [work.leased.id, work]));
    try {
      const leases = page.map(leaseOf);
      for (const { id, leased_until } of await database.run(renewLeases, { leases, leaseMs })) {
        const work = works.get(id);
        if (work !== undefined) work.leasedUntilMs = leased_until.getTime();
      }
      return true;
    } catch (error) {
      log.warn(
        { err: error },
        'could not renew leases; they expire unless a later renewal succeeds',
      );
      return false;
    } finally {
      for (const work of page) work.renewal = undefined;
    }
  }
}

function isHeld({ state }: Work): boolean {
  return state === 'queued' || state === 'sending';
}
