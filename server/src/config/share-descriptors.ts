import { partOf } from './part-of.ts';

/** How many of each kind a process may have open at once. */
export interface Descriptors {
  /** Connections to the API. */
  readonly connections: number;
  /** Requests to endpoints in flight. */
  readonly requests: number;
  /** Connections to endpoints that are kept for the next request. */
  readonly kept: number;
  /** Look-ups of names in progress, each with a socket more than its request. */
  readonly lookUps: number;
}

/** Connections to PostgreSQL, the listening socket, standard streams, and what Node itself opens. */
const OTHERS = 64;

/** No kind gets fewer, whatever the limit: below some 200 a node cannot work. */
const FEWEST = 16;

/**
 * What memory allows: a connection to the API takes some 20 KiB, a request in flight some 30. The processes of a
 * node have these together.
 */
const MOST: Descriptors = { connections: 10_000, requests: 4_096, kept: 4_096, lookUps: 1_024 };

/**
 * Divides the files that a process may have open, so that no kind can use up what another needs: idle
 * connections to the API leave the deliveries theirs. The system limits each process by itself, so several do
 * not share its limit, but they share the memory.
 *
 * @param openFiles Of one process.
 * @param connections As set, for all processes together; undefined: three eighths of all.
 */
export function shareDescriptors(
  openFiles: number,
  connections: number | undefined,
  processes: number,
): Descriptors {
  const all = Math.max(0, openFiles - OTHERS);
  const most = (kind: keyof Descriptors) => partOf(MOST[kind], processes);
  const forApi =
    connections === undefined
      ? bounded((all * 3) / 8, most('connections'))
      : partOf(connections, processes);
  const rest = Math.max(0, all - forApi);
  return {
    connections: forApi,
    requests: bounded((rest * 3) / 5, most('requests')),
    kept: bounded(rest / 5, most('kept')),
    lookUps: bounded(rest / 5, most('lookUps')),
  };
}

function bounded(count: number, most: number): number {
  return Math.max(FEWEST, Math.min(most, Math.floor(count)));
}
