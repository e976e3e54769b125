import { MAX_SUSPECTS, type Suspicion } from '../../model/suspicion.ts';

interface Waiting {
  readonly places: number;
  readonly enter: (leave: (() => void) | undefined) => void;
}

/**
 * Limits how many suspects this node sends at a time, in the order in which they came: a few, or a
 * single one that was blamed before (`suspicion.ts`). Other invocations never wait here.
 */
export class Quarantine {
  readonly #waiting: Waiting[] = [];
  #free = MAX_SUSPECTS;
  #closed = false;

  /** Resolves to a function that lets the next one in, or to undefined if this node stops first. */
  enter(suspicion: Exclude<Suspicion, 'none'>): Promise<(() => void) | undefined> {
    const places = suspicion === 'blamed' ? MAX_SUSPECTS : 1;
    return new Promise((enter) => {
      this.#waiting.push({ places, enter });
      this.#admit();
    });
  }

  /** Lets nobody else in. */
  close(): void {
    this.#closed = true;
    this.#admit();
  }

  #admit(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || (!this.#closed && next.places > this.#free)) return;
      this.#waiting.shift();
      if (this.#closed) {
        next.enter(undefined);
        continue;
      }
      this.#free -= next.places;
      next.enter(() => {
        this.#free += next.places;
        this.#admit();
      });
    }
  }
}
