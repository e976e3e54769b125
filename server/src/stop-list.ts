import type { Logger } from 'pino';

type Stop = () => Promise<unknown> | unknown;

/**
 * The running parts of a node, in the order in which they started. It stops them in reverse order,
 * one after another. A part that fails to stop is logged and does not keep the others running: the
 * database, which stops last, must always be reached.
 */
export class StopList {
  readonly #log: Logger;
  readonly #parts: { readonly name: string; readonly stop: Stop }[] = [];
  #stopping: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Adds a part that has started; `name` completes the sentence "could not stop ...". */
  add(name: string, stop: Stop): void {
    this.#parts.push({ name, stop });
  }

  /** Whether `stop` was called. */
  get begun(): boolean {
    return this.#stopping !== undefined;
  }

  /** Stops all parts. All calls share one promise, which never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const { name, stop } of this.#parts.toReversed()) {
      try {
        await stop();
      } catch (error) {
        this.#log.error({ err: error }, `could not stop ${name}`);
      }
    }
  }
}
