/** What nodes count for Prometheus, as the run compares it with its books. */
export interface Counters {
  /** Events and direct invocations that were accepted. */
  readonly accepted: number;
  /** Attempts on the record, by status. */
  readonly attempts: ReadonlyMap<string, number>;
  /** Invocations that became final, by outcome. */
  readonly finished: ReadonlyMap<string, number>;
}

/** What nodes counted in a while without faults, and the books of the same while. */
export interface CountedWhile {
  readonly counted: Counters;
  readonly booked: Counters;
  /** How many publications may have been accepted without an answer. */
  readonly unclear: number;
}
