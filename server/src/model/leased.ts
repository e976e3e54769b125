import type { Suspicion } from './suspicion.ts';

/** An invocation whose lease this node holds. */
export interface Leased {
  readonly id: string;
  readonly lane: number;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** Attempts recorded so far. */
  readonly attemptsCount: number;
  /**
   * How many of those the retry schedule does not count: manual ones, and those that we made fail.
   */
  readonly manualCount: number;
  /** The due attempt is a manual one. */
  readonly manual: boolean;
  /** The job that asked for the manual attempt; what holds its webhook back holds it back. */
  readonly jobId?: string | undefined;
  /** The due attempt is the one request that an open breaker lets through. */
  readonly probe: boolean;
  /** The rate limiter has already granted it a permit. */
  readonly permitted: boolean;
  /** Whether it may have killed nodes that sent it. */
  readonly suspicion: Suspicion;
  /** Milliseconds since 1970, by the database's clock. */
  readonly leasedUntilMs: number;
  /** Undefined for a large body: it does not wait in memory and is read before sending. */
  readonly body: string | undefined;
  /** Where its event was published in a trace (`traceContextOf`); of a large body read with that. */
  readonly traceContext?: string | undefined;
  /** Its request belongs to that trace: it is sent at once, and the event was published alone. */
  readonly continuesTrace?: boolean | undefined;
}
