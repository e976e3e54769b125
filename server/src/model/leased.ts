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
