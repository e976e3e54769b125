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
    const { clock, courier, database, leaseMs, log } = this.#parts;
    const ageing = clock.now() + leaseMs / 2;
    const works = new Map<string, Work>();
    for (const work of courier.works()) {
      const isHeld = work.state === 'queued' || work.state === 'sending';
      if (isHeld && work.leasedUntilMs < ageing) works.set(work.leased.id, work);
    }
    if (works.size === 0) return;
    const renewal = (async () => {
      try {
        const leases = [...works.values()].map(leaseOf);
        for (const { id, leased_until } of await database.run(renewLeases, { leases, leaseMs })) {
          const work = works.get(id);
          if (work !== undefined) work.leasedUntilMs = leased_until.getTime();
        }
      } catch (error) {
        log.warn(
          { err: error },
          'could not renew leases; they expire unless a later renewal succeeds',
        );
      }
    })();
    for (const work of works.values()) {
      work.renewal = renewal;
    }
    await renewal;
    for (const work of works.values()) {
      if (work.renewal === renewal) work.renewal = undefined;
    }
  }
}
