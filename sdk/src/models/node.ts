import type { Open } from './open.ts';

/** How busy a node was between its last two beats. */
export interface NodeLoad {
  /** Processor time in parts of one processor. */
  cpu: number;
  /** The part of the time in which its event loop was busy, 0 to 1. */
  eventLoop: number;
  /** Resident, of the process. */
  memoryBytes: number;
  /** Invocations that it holds. */
  places: number;
  /** Invocations that it can hold. */
  placesLimit: number;
  /** Requests to endpoints in flight. */
  requests: number;
}

/** A node of Hooktrail. */
export interface Node {
  /** It changes with each start. */
  id: string;
  /** `missing`: it said nothing for 30 seconds. */
  state: Open<'up' | 'missing'>;
  /** Of the server. */
  version: string;
  /** The name of its machine. */
  host: string;
  /** Where its API listens. */
  address: string;
  /** When it started. */
  startedAt: Date;
  /** Its last beat; one comes every ten seconds. */
  seenAt: Date;
  /** How busy it is. */
  load: NodeLoad;
  /**
   * The mean time from accepting to the first attempt in milliseconds, of what it began in the last ten
   * seconds; absent: nothing.
   */
  lagMs?: number;
}
