/** How the gauges of processes become one. `whole`: all series are those of one process. */
export type GaugeJoin = 'sum' | 'max' | 'min' | 'whole';

/** Each process has its own part. */
const SUM = [
  'hooktrail_places_used',
  'hooktrail_places_limit',
  // Connections are spread evenly, and with them the work of an account: the largest of one is that of the others.
  'hooktrail_places_largest_account',
  'hooktrail_memory_bytes_used',
  'hooktrail_memory_bytes_limit',
  'hooktrail_memory_bytes_largest_account',
  'hooktrail_requests_in_flight',
  'hooktrail_feed_readers',
  'hooktrail_pool_connections',
  'hooktrail_pool_connections_limit',
  'hooktrail_pool_waiting',
  'process_resident_memory_bytes',
  'process_virtual_memory_bytes',
  'process_heap_bytes',
  'process_open_fds',
  'process_max_fds',
  'nodejs_active_resources',
  'nodejs_active_handles',
  'nodejs_active_requests',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
];

/** Of the whole database, the same in each; of the event loop, the worst. */
const MAX = [
  'hooktrail_build_info',
  'hooktrail_breakers_open',
  'hooktrail_due_invocations',
  'hooktrail_due_webhooks',
  'hooktrail_due_webhooks_cut',
  'hooktrail_oldest_due_age_seconds',
  'hooktrail_jobs',
  'hooktrail_alerts_open',
  'hooktrail_source_lag_seconds',
  'hooktrail_source_rows',
  'hooktrail_source_gaps',
  'hooktrail_source_failures',
  'hooktrail_source_paused',
  'hooktrail_nodes',
  'hooktrail_database_bytes',
  'hooktrail_table_bytes',
  'hooktrail_table_partitions',
  'hooktrail_partition_bytes',
  'hooktrail_search_bytes',
  'nodejs_version_info',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p90_seconds',
  'nodejs_eventloop_lag_p99_seconds',
];

/** One that cannot read the database is worth an alert; the first start is that of all. */
const MIN = [
  'hooktrail_database_up',
  'process_start_time_seconds',
  'nodejs_eventloop_lag_min_seconds',
];

/**
 * Of the whole database, by webhooks that each process chooses: one that a process names is among the others of another
 * process, and would count twice.
 */
const WHOLE = ['hooktrail_webhook_due_invocations'];

/** By the name of the gauge. A test demands that each gauge is here; another one would be summed. */
export const GAUGE_JOINS: ReadonlyMap<string, GaugeJoin> = new Map<string, GaugeJoin>([
  ...SUM.map((name) => [name, 'sum'] as const),
  ...MAX.map((name) => [name, 'max'] as const),
  ...MIN.map((name) => [name, 'min'] as const),
  ...WHOLE.map((name) => [name, 'whole'] as const),
]);
