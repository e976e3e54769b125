/** What a route is told: that an alert opened or resolved, or that somebody tests the route. */
export interface AlertMessage {
  /**
   * The same for every try, and for nothing else: a receiver recognises by it what comes twice. The id of the
   * alert and the transition.
   */
  readonly id: string;
  readonly transition: 'opened' | 'resolved' | 'test';
  readonly alertId: string;
  readonly accountId: number;
  /** A kind of rules; `test` for a test. */
  readonly kind: string;
  readonly severity: 'warning' | 'critical';
  /** What it is about; unique in its account and kind. */
  readonly subject: string;
  /** What happened, with numbers. */
  readonly summary: string;
  /** What to do. */
  readonly advice: string;
  /** The screen that shows it: absolute where it is known how people reach the console, and a path otherwise. */
  readonly url: string;
  readonly webhook?: { readonly id: string; readonly name: string };
  readonly source?: { readonly id: string; readonly name: string };
  readonly jobId?: string;
  readonly node?: string;
  readonly value: number;
  readonly threshold: number;
  readonly startedAtMs: number;
  readonly openedAtMs: number;
  /** Undefined while it is open. */
  readonly resolvedAtMs: number | undefined;
}
