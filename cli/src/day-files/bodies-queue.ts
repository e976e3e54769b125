/** Rows of one invocation whose request and answer are to be fetched. */
export interface WantedBodies {
  readonly webhookId: string;
  readonly id: string;
  readonly rows: readonly { readonly status: string; readonly completedMs: number }[];
  /** How many runs could not read the answer. */
  readonly tries?: number;
}

/** The queues, that of failures first. They are files, so that a burst costs no memory. */
export const QUEUES = ['wanted-failures.ndjson', 'wanted-others.ndjson'] as const;

/** The queue of an invocation by the status of its row. */
export const queueOf = (status: string): string => QUEUES[status === 'success' ? 1 : 0];

/** An entry of a queue, and where the next one begins. */
export interface Queued {
  readonly file: string;
  readonly wanted: WantedBodies;
  readonly nextByte: number;
}
