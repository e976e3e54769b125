import { Shares } from './shares.ts';

/** Called when it is the caller's turn. */
type Begin = () => void;

/**
 * Lets a limited number of tasks run at once, each for an account. One account cannot take all of
 * them, and tasks that wait begin in the order of the accounts, one of each in turn.
 */
export class Turns {
  readonly #running: Shares;
  /** By account, the next in turn first. */
  readonly #waiting = new Map<number, Set<Begin>>();

  constructor(most: number) {
    this.#running = new Shares(most);
  }

  /** Calls `begin` now or later. Each task that began must `leave`. */
  enter(accountId: number, begin: Begin): void {
    if (this.#waiting.has(accountId) || this.#running.left(accountId) < 1) {
      const tasks = this.#waiting.get(accountId);
      if (tasks === undefined) this.#waiting.set(accountId, new Set([begin]));
      else tasks.add(begin);
      return;
    }
    this.#running.take(accountId, 1);
    begin();
  }

  /** Takes back a task that has not begun. Returns whether it was waiting. */
  withdraw(accountId: number, begin: Begin): boolean {
    const tasks = this.#waiting.get(accountId);
    if (tasks === undefined || !tasks.delete(begin)) return false;
    if (tasks.size === 0) this.#waiting.delete(accountId);
    return true;
  }

  /** Ends a task, and begins those whose turn it is. */
  leave(accountId: number): void {
    this.#running.giveBack(accountId, 1);
    for (const [next, tasks] of this.#waiting) {
      if (this.#running.free < 1) return;
      if (this.#running.left(next) < 1) continue;
      const [begin] = tasks as Set<Begin> & Iterable<Begin>;
      tasks.delete(begin as Begin);
      // The account goes to the end of the line, where this loop meets it again.
      this.#waiting.delete(next);
      if (tasks.size > 0) this.#waiting.set(next, tasks);
      this.#running.take(next, 1);
      (begin as Begin)();
    }
  }
}
