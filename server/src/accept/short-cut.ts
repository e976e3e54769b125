/** An invocation that this node holds the lease of. */
export interface Leased {
  readonly id: string;
  readonly lane: number;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** Attempts that are on the record so far. */
  readonly attemptsCount: number;
  /** How many of those were asked for by hand: the schedule does not count them. */
  readonly manualCount: number;
  /** The attempt that is due was asked for by hand. */
  readonly manual: boolean;
  /** The one request that an open breaker lets through. */
  readonly probe: boolean;
  /** A permit was taken for it, should its webhook have a rate limit. */
  readonly permitted: boolean;
  /** Milliseconds since 1970, by the database's clock. */
  readonly leasedUntilMs: number;
  /** Undefined when it is to be read before sending: large bodies do not wait in memory. */
  readonly body: string | undefined;
}

/**
 * The way past the database's reading side (design, "Short cut"): what this node accepts it writes
 * as leased to itself and delivers from memory. Accepting knows delivering by this alone.
 */
export interface ShortCut {
  /** Takes a place for one invocation of a webhook, if there is room. */
  reserve(webhookId: string): boolean;
  /** Gives places back, when the write failed. */
  cancel(webhookIds: readonly string[]): void;
  /** Fills places that were taken, after the commit. */
  deliver(work: readonly Leased[]): void;
  /** Tells that invocations of these webhooks were written as merely due. */
  due(webhookIds: ReadonlySet<string>): void;
}
