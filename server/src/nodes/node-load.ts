/** How busy a node was between its last two beats. */
export interface NodeLoad {
  /** Processor time in parts of one processor: 1 is one processor all the time. */
  readonly cpu: number;
  /** The part of the time in which its event loop was busy, 0 to 1. */
  readonly event_loop: number;
  /** Resident, of the process. */
  readonly memory_bytes: number;
  /** Invocations that it holds, and how many it can hold. */
  readonly places: number;
  readonly places_limit: number;
  /** Requests to endpoints in flight. */
  readonly requests: number;
  /** The mean time from accepting to the first attempt; null: it began none. */
  readonly lag_ms: number | null;
}
