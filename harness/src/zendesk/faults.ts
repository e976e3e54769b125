import { createRandom, type Random } from '../create-random.ts';

/** What goes wrong with one answer. */
export type Fault =
  /** An error of the service; an empty body where none is given. */
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  /** 429 or another status, for this many seconds; without the header where it is undefined. */
  | {
      readonly kind: 'throttle';
      readonly retryAfter: string | undefined;
      readonly status?: number;
    }
  /** The right answer, after this many real milliseconds. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** No answer at all. */
  | { readonly kind: 'hang' }
  /** The connection closes before the answer, or in the middle of it. */
  | { readonly kind: 'drop'; readonly midway?: boolean }
  /** A page of HTML with status 200, as proxies and log-in pages answer. */
  | { readonly kind: 'html' }
  /** A whole answer with half of the JSON. */
  | { readonly kind: 'truncated' }
  /** A whole answer with this body. */
  | { readonly kind: 'body'; readonly body: string };

interface Planned {
  readonly fault: Fault;
  left: number;
  readonly matching: RegExp | undefined;
}

interface Storm {
  readonly share: number;
  readonly faults: readonly Fault[];
}

/** Which answers go wrong. */
export class Faults {
  readonly #random: Random;
  #planned: Planned[] = [];
  #storm: Storm | undefined;

  constructor(seed: number) {
    this.#random = createRandom(seed, 'faults');
  }

  /** The next answers, `times` of them, to requests whose path matches. */
  next(fault: Fault, { times = 1, matching = undefined as RegExp | undefined } = {}): void {
    this.#planned.push({ fault, left: times, matching });
  }

  /** This share of all answers, until `clear`. */
  storm(share: number, faults: readonly Fault[]): void {
    this.#storm = { share, faults };
  }

  clear(): void {
    this.#planned = [];
    this.#storm = undefined;
  }

  /** The fault of the answer to this request. */
  take(path: string): Fault | undefined {
    const planned = this.#planned.find(({ matching }) => matching?.test(path) ?? true);
    if (planned !== undefined) {
      planned.left--;
      if (planned.left <= 0) this.#planned = this.#planned.filter((other) => other !== planned);
      return planned.fault;
    }
    const storm = this.#storm;
    if (storm === undefined || !this.#random.chance(storm.share)) return undefined;
    return this.#random.pick(storm.faults);
  }
}
