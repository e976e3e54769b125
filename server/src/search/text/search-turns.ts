import { Turns } from '../../shares/turns.ts';
import { TooManySearches } from './too-many-searches.ts';

/** Searches of one account that wait for the one that runs. */
const MOST_WAITING = 8;

/**
 * Lets one search of an account run at a time, and a limited number of all accounts. Those of an account
 * wait in line; accounts take turns.
 */
export class SearchTurns {
  readonly #turns: Turns;
  /** The accounts with a search that runs or is next, with those that wait behind it. */
  readonly #lines = new Map<number, (() => void)[]>();

  constructor(most: number) {
    this.#turns = new Turns(most);
  }

  /**
   * Runs `work` when it is its turn.
   *
   * @throws TooManySearches if too many of the account wait; the signal's reason if it aborts before
   */
  async run<T>(accountId: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enterLine(accountId, signal);
    try {
      await this.#enterTurns(accountId, signal);
      try {
        return await work();
      } finally {
        this.#turns.leave(accountId);
      }
    } finally {
      const next = this.#lines.get(accountId)?.shift();
      if (next === undefined) this.#lines.delete(accountId);
      else next();
    }
  }

  #enterLine(accountId: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const line = this.#lines.get(accountId);
    if (line === undefined) {
      this.#lines.set(accountId, []);
      return Promise.resolve();
    }
    if (line.length >= MOST_WAITING) {
      throw new TooManySearches(
        `${MOST_WAITING} searches of this account wait on this node already`,
      );
    }
    return waited(
      signal,
      (begin) => line.push(begin),
      (begin) => line.splice(line.indexOf(begin), 1),
    );
  }

  #enterTurns(accountId: number, signal: AbortSignal): Promise<void> {
    return waited(
      signal,
      (begin) => this.#turns.enter(accountId, begin),
      (begin) => this.#turns.withdraw(accountId, begin),
    );
  }
}

/** Waits until `begin` is called, or leaves when the signal aborts. */
function waited(
  signal: AbortSignal,
  enter: (begin: () => void) => void,
  leave: (begin: () => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const begin = () => {
      signal.removeEventListener('abort', abort);
      resolve();
    };
    const abort = () => {
      leave(begin);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    enter(begin);
  });
}
