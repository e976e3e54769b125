import cluster from 'node:cluster';
import { placeVariables } from '../config/own-place.ts';
import type { MetricsFormat } from '../metrics/render.ts';
import { Child } from './child.ts';
import { handOnConnections } from './hand-on-connections.ts';

interface Options {
  /** What Node runs: the same program as this process. */
  readonly program: string;
  /** Counts from 1. */
  readonly number: number;
  /** How many processes there are. */
  readonly processes: number;
  readonly databaseUrl: string;
  /** The port to listen on instead of the one that is set. */
  readonly port: number | undefined;
  /** Answers who scrapes the process with the metrics of all, or undefined. */
  readonly scraped: (format: MetricsFormat) => Promise<string | undefined>;
}

/**
 * Starts a process behind the port. This one accepts connections and hands each to the next process that has
 * taken the one before (docs/decisions/processes.md).
 */
export function forkProcess(options: Options): Child {
  const { databaseUrl, number, port, processes, program, scraped } = options;
  cluster.schedulingPolicy = cluster.SCHED_RR;
  // Metrics have numbers that JSON has not.
  cluster.setupPrimary({ exec: program, args: [], serialization: 'advanced' });
  const worker = cluster.fork({
    ...placeVariables({ number, databaseUrl }),
    HOOKTRAIL_PROCESSES: String(processes),
    ...(port !== undefined && { HOOKTRAIL_PORT: String(port) }),
  });
  handOnConnections(worker);
  return new Child({ number, worker, scraped });
}
