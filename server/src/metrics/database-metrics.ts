import type { Metrics } from './metrics.ts';

/** The connections of a pool. */
export interface PoolState {
  readonly open: number;
  readonly idle: number;
  /** Statements that wait for a connection. */
  readonly waiting: number;
  readonly most: number;
}

/** What a pool tells. */
export interface PoolMetrics {
  /** It is open; `read` says how its connections are. */
  opened(read: () => PoolState): void;
  /** A statement took this long, with the wait for a connection. */
  ran(statement: string, ms: number, isFailed: boolean): void;
}

const SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 20];

/** There are some 220, and lists compose some by their filters. */
const MOST_STATEMENTS = 400;

/** Makes the metrics of the database: one function that makes those of a pool. */
export function createDatabaseMetrics(metrics: Metrics): (pool: string) => PoolMetrics {
  const pools = new Map<string, () => PoolState>();
  const read = (of: (state: PoolState) => number) => () =>
    [...pools].map(([pool, state]) => ({ labels: [pool], value: of(state()) }));
  metrics.gauge(
    'hooktrail_pool_connections',
    'Open connections to PostgreSQL, by pool and state.',
    ['pool', 'state'],
    () =>
      [...pools].flatMap(([pool, state]) => {
        const { idle, open } = state();
        return [
          { labels: [pool, 'busy'], value: open - idle },
          { labels: [pool, 'idle'], value: idle },
        ];
      }),
  );
  metrics.gauge(
    'hooktrail_pool_connections_limit',
    'Connections that a pool opens at most.',
    ['pool'],
    read(({ most }) => most),
  );
  metrics.gauge(
    'hooktrail_pool_waiting',
    'Statements that wait for a connection of the pool.',
    ['pool'],
    read(({ waiting }) => waiting),
  );
  const duration = metrics.histograms(
    'hooktrail_statement_duration_seconds',
    'Time of a statement by its name, with the wait for a connection.',
    ['statement'],
    SECONDS,
    MOST_STATEMENTS,
  );
  const failed = metrics.counters(
    'hooktrail_statement_failures_total',
    'Statements that PostgreSQL refused, or that it did not answer.',
    ['statement'],
    MOST_STATEMENTS,
  );
  return (pool) => ({
    opened(state) {
      pools.set(pool, state);
    },
    ran(statement, ms, isFailed) {
      duration.of(statement).observe(ms / 1_000);
      if (isFailed) failed.of(statement).add();
    },
  });
}
