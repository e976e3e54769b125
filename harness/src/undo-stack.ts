/** One step that undoes something. */
export type Undo = () => Promise<unknown> | unknown;

/** The steps that undo what was set up. They run once, from the last to the first. */
export class UndoStack {
  readonly #steps: Undo[] = [];
  #running: Promise<unknown[]> | undefined;

  /** Adds the step that undoes what was just set up. */
  push(step: Undo): void {
    this.#steps.push(step);
  }

  /** Whether `run` was called. */
  get started(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Runs all steps, also when one before has failed; all calls share one promise. Resolves to the
   * errors.
   *
   * @param ready - Awaited first, for steps that a part still being set up will add.
   */
  run(ready?: Promise<unknown>): Promise<unknown[]> {
    this.#running ??= this.#runAll(ready);
    return this.#running;
  }

  async #runAll(ready: Promise<unknown> | undefined): Promise<unknown[]> {
    await ready?.catch(() => undefined);
    const errors: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    return errors;
  }
}
