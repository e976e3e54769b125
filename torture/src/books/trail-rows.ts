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
  /** Made when its request was sent. */
  readonly id: string;
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
  /** How many leases of an invocation ended without an outcome: how often it became `unknown`. */
  readonly lostLeases: ReadonlyMap<string, number>;
  /** When they ended, as far as the timeline has room. */
  readonly lostAtMs: ReadonlyMap<string, readonly number[]>;
}

/** The ids of a webhook's list, paged through to its end in both orders. */
export interface ListedIds {
  readonly webhookId: string;
  readonly newestFirst: readonly string[];
  readonly oldestFirst: readonly string[];
}

/** A remote account at the end; its rows as `webhook id status time`. */
export interface RemoteAtTheEnd {
  readonly name: string;
  /** What it had listed when its traffic ended, and later. */
  readonly listed: readonly string[];
  readonly known: readonly string[];
  readonly archived: readonly string[];
  readonly gaps: number;
  readonly requests: number;
  readonly busiestMinute: number;
  /** Requests beyond what it allows a minute. */
  readonly refused: number;
}

/** The counts of a webhook and a status. */
export interface CountedRow {
  readonly webhookId: string;
  readonly status: string;
  readonly attempts: number;
  /** How many invocations are final. */
  readonly finals: number;
}

/** A job, as the API shows it at the end. */
export interface ShownJob {
  readonly id: string;
  readonly state: string;
  readonly state_reason?: string;
  /** The name of the replay that asked for it. */
  readonly reason?: string;
  readonly counts: {
    readonly selected: number;
    readonly already_delivered: number;
    readonly sent: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly in_flight: number;
    readonly skipped: number;
  };
}

/** The same, with what it did not send and why. */
export interface JobAtTheEnd extends ShownJob {
  readonly skips: readonly { readonly id: string; readonly reason: string }[];
}
