/**
 * The settings of the embedded PostgreSQL. Everything else keeps PostgreSQL's default, above all
 * durability: `fsync` and `synchronous_commit` stay on, because "accepted" means "on disk".
 * `wal_compression` stays off: these binaries support only `pglz`, which costs more CPU on the hot
 * path than the saved log is worth.
 */
export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  // No port, only the socket.
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '256MB',
  // With the default of 1 GB, a full load causes a checkpoint every few seconds.
  max_wal_size: '4GB',
  // PostgreSQL fills a new log segment with zeros first, and every commit waits. It does not for a
  // recycled segment, so 2 GB stay through a quiet night for the morning's load
  // (docs/decisions/log-segments.md).
  min_wal_size: '2GB',
  // Trails are usually on solid-state disks; the planner's default of 4 is for spinning ones.
  random_page_cost: '1.1',
  // Statements are short: compiling a plan takes longer than running it.
  jit: 'off',
  // Every invocation is updated at least once, so dead rows accumulate as fast as work arrives. The
  // default waits until they are a fifth of the table, then cleans 200 cost units per round and
  // falls behind.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.05',
  autovacuum_vacuum_cost_limit: '2000',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
