import { partOf } from './part-of.ts';

/** How much a process may hold at once. */
export interface Room {
  /** Connections to PostgreSQL, by what they are for. */
  readonly connections: {
    readonly work: number;
    readonly lists: number;
    readonly searches: number;
    readonly feed: number;
    readonly archive: number;
    readonly jobs: number;
  };
  /** Invocations in memory, from reservation to record. */
  readonly places: number;
  /** Memory for bodies in flight and for outcomes that wait for the database. */
  readonly bodyBytes: number;
  /** Submissions that may wait for the database, of all accounts, and their bytes. */
  readonly waitingEvents: number;
  readonly waitingBytes: number;
  /** Memory for the bodies of requests in progress. A batch may have 5 MiB. */
  readonly requestBytes: number;
  /** Memory for answers that are shared by their callers: some thousand of a screen. */
  readonly answerBytes: number;
  /** Readers that follow the feed. Each holds a connection and some 20 KiB. */
  readonly feedReaders: number;
  /** For what waits to be sent to all of them. */
  readonly feedBytes: number;
  /** The processes that share one node's limits, such as the requests in flight to one webhook. */
  readonly processes: number;
}

const MIB = 1024 * 1024;

/**
 * Divides the room of a node by the processes that work behind its port. One alone has all of it.
 *
 * Connections have a least number: accepting writes four groups at once, recording two, and a job and a page
 * of a source each need one beside the one that looks for the next. What publishers take has one too: a batch of
 * 1,000 events or 5 MiB must fit into an account's share of it, or it would always be refused.
 */
export function shareRoom(processes: number): Room {
  return {
    connections: {
      work: partOf(12, processes, 4),
      // Lists have their own pool, so that many of them do not take the connections of deliveries.
      lists: partOf(6, processes, 2),
      searches: partOf(3, processes, 1),
      feed: partOf(2, processes, 1),
      // A page of a source is some short statements; sources take turns at these.
      archive: partOf(3, processes, 2),
      // A job uses one at a time, and more jobs than these take turns by account.
      jobs: partOf(3, processes, 2),
    },
    places: partOf(16_384, processes),
    bodyBytes: partOf(256 * MIB, processes),
    waitingEvents: partOf(20_000, processes, 1_250),
    waitingBytes: partOf(64 * MIB, processes, 8 * MIB),
    requestBytes: partOf(128 * MIB, processes, 8 * MIB),
    answerBytes: partOf(16 * MIB, processes),
    feedReaders: partOf(2_000, processes),
    feedBytes: partOf(64 * MIB, processes),
    processes,
  };
}
