type Task = () => void;

/**
 * Runs tasks, at most one of an account in each turn of the event loop. A task may keep the loop for
 * milliseconds, such as a page of a long list: without this, as many as one account has sent would
 * run in a row, and everybody else's work would wait for all of them at each of its steps.
 */
export class Pace {
  /** Accounts whose task ran in this turn, with their tasks that wait. */
  readonly #waiting = new Map<number, Task[]>();

  run(accountId: number, task: Task): void {
    const waiting = this.#waiting.get(accountId);
    if (waiting !== undefined) {
      waiting.push(task);
      return;
    }
    this.#waiting.set(accountId, []);
    this.#runNow(accountId, task);
  }

  #runNow(accountId: number, task: Task): void {
    // Two immediates: what arrived on sockets is read between them.
    setImmediate(() => setImmediate(() => this.#next(accountId)));
    task();
  }

  #next(accountId: number): void {
    const task = this.#waiting.get(accountId)?.shift();
    if (task === undefined) this.#waiting.delete(accountId);
    else this.#runNow(accountId, task);
  }
}
