/** What the database holds, as far as the checks need it. */
export interface TrailInvocation {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly status: string;
  readonly attemptsCount: number;
  /** There is work to do. */
  readonly waits: boolean;
  readonly leased: boolean;
  readonly reason: string | null;
}

export interface TrailAttempt {
  readonly invocationId: string;
  readonly number: number;
  readonly status: string;
  readonly statusCode: number | null;
  /** The time in the signature's header, which the receiver got as well. */
  readonly signedAt: string | null;
  /** The receiver's number of the request, where an answer came. */
  readonly serial: number | null;
}

export interface TrailRows {
  readonly invocations: readonly TrailInvocation[];
  readonly attempts: readonly TrailAttempt[];
  /** The tags of the events, by the event's row. */
  readonly tags: ReadonlyMap<string, string>;
  /** How often an invocation became `unknown`: claimed from a node that never said how it went. */
  readonly unknowns: ReadonlyMap<string, number>;
}

/** The ids of a webhook's list, paged through to its end in both orders. */
export interface ListedIds {
  readonly webhookId: string;
  readonly newestFirst: readonly string[];
  readonly oldestFirst: readonly string[];
}
