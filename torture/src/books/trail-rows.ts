/** An invocation as the database holds it, as far as the checks need it. */
export interface TrailInvocation {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly status: string;
  readonly attemptsCount: number;
  /** Whether it is due, now or later. */
  readonly waits: boolean;
  readonly leased: boolean;
  readonly reason: string | null;
}

export interface TrailAttempt {
  readonly invocationId: string;
  readonly number: number;
  readonly status: string;
  readonly statusCode: number | null;
  /** The time in the header of the signature, which the receiver saw as well. */
  readonly signedAt: string | null;
  /** The receiver's number of the request, if an answer arrived. */
  readonly serial: number | null;
}

export interface TrailRows {
  readonly invocations: readonly TrailInvocation[];
  readonly attempts: readonly TrailAttempt[];
  /** The tag of each event, by the id of its row. */
  readonly tags: ReadonlyMap<string, string>;
  /** How often an invocation became `unknown`: claimed from a node that recorded no outcome. */
  readonly unknowns: ReadonlyMap<string, number>;
}

/** The ids of a webhook's list, paged through to its end in both orders. */
export interface ListedIds {
  readonly webhookId: string;
  readonly newestFirst: readonly string[];
  readonly oldestFirst: readonly string[];
}

/** The counts of a webhook and a status. */
export interface CountedRow {
  readonly webhookId: string;
  readonly status: string;
  readonly attempts: number;
  /** How many invocations are final. */
  readonly finals: number;
}
