import type { Activity } from './activity.ts';
import { Shares } from './shares.ts';

/** Called when it is the caller's turn. */
type Begin = () => void;

/** The longest rest. */
const MOST_REST_MS = 250;

/**
 * Lets a limited number of tasks run at once, each for an account. One account cannot take all of
 * them, and tasks that wait begin in the order of the accounts, one of each in turn.
 *
 * With an `Activity`, an account yields while others are active: it runs one task at a time, and
 * rests after each as long as it took. So one that asks without a pause has at most half of a
 * processor, and what others do takes hardly longer.
 */
export class Turns {
  readonly #running: Shares;
  readonly #activity: Activity | undefined;
  /** By account, the next in turn first. */
  readonly #waiting = new Map<number, Set<Begin>>();
  readonly #resting = new Set<number>();

  constructor(most: number, activity?: Activity) {
    this.#running = new Shares(most);
    this.#activity = activity;
  }

  /** Calls `begin` now or later. Each task that began must `leave`. */
  enter(accountId: number, begin: Begin): void {
    if (this.#waiting.has(accountId) || !this.#mayBegin(accountId)) {
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

  /** Ends a task, which took so long, and begins those whose turn it is. */
  leave(accountId: number, tookMs = 0): void {
    this.#running.giveBack(accountId, 1);
    if (tookMs > 0 && this.#activity?.isShared === true && !this.#resting.has(accountId)) {
      this.#resting.add(accountId);
      setTimeout(
        () => {
          this.#resting.delete(accountId);
          this.#beginNext();
        },
        Math.min(tookMs, MOST_REST_MS),
      );
    }
    this.#beginNext();
  }

  #mayBegin(accountId: number): boolean {
    if (this.#running.left(accountId) < 1) return false;
    if (this.#activity?.isShared !== true) return true;
    // Whoever waits here has a task that will leave, or a rest that will end.
    return this.#running.held(accountId) === 0 && !this.#resting.has(accountId);
  }

  #beginNext(): void {
    for (const [next, tasks] of this.#waiting) {
      if (this.#running.free < 1) return;
      if (!this.#mayBegin(next)) continue;
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
