import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { logFailure } from '../../log/log-failure.ts';
import { Unavailable } from '../../model/unavailable.ts';
import type { LeaseRow } from '../../sql/renew-leases.ts';
import { returnLeases } from '../../sql/return-leases.ts';

interface Parts {
  readonly database: Database;
  readonly log: Logger;
}

/** Sooner than the first claim after an outage, which waits a second. */
const AGAIN_MS = 250;

/** Suspects are few; a node that has more of them forgets the oldest. */
const MOST = 1_000;

/**
 * Leases that this node must return and could not, because the database was away: of suspects whose
 * announcement may have been committed although no request followed. They are returned as soon as the
 * database answers, also after their time, if no other node has them by then.
 */
export class OwedLeases {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  #leases: LeaseRow[] = [];
  #returning: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  add(leases: readonly LeaseRow[]): void {
    this.#leases = [...this.#leases, ...leases].slice(-MOST);
    this.#returning ??= this.#returnAll().finally(() => {
      this.#returning = undefined;
    });
  }

  /** Tries once more, and then gives up. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#returning;
  }

  async #returnAll(): Promise<void> {
    const { database, log } = this.#parts;
    const { signal } = this.#stopping;
    for (;;) {
      const last = signal.aborted;
      const leases = this.#leases;
      if (leases.length === 0) return;
      try {
        await database.run(returnLeases, leases);
        this.#leases = this.#leases.slice(leases.length);
        continue;
      } catch (error) {
        if (last || !(error instanceof Unavailable)) {
          logFailure(log, error, 'could not return the leases of suspects that were not sent');
          this.#leases = [];
          return;
        }
      }
      await sleep(AGAIN_MS, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
}
