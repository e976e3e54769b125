/**
 * How the embedded PostgreSQL is set up. What is not named here has PostgreSQL's default, above
 * all durability: `fsync` and `synchronous_commit` stay on, since "accepted" means "on disk".
 * `wal_compression` stays off: these binaries know `pglz` only, which costs more processor time
 * than the log it saves is worth on the hot path.
 */
export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  // No port: the socket is the only way in.
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '256MB',
  // The default of 1 GB makes a checkpoint every few seconds of a full load.
  max_wal_size: '4GB',
  // A new segment of the log is filled with zeros first, and every commit waits for that. What was used
  // before is not: so much stays after a quiet night for the morning's load. (docs/decisions/log-segments.md)
  min_wal_size: '2GB',
  // A trail lives on solid-state disks as a rule, and the planner's default of 4 is for spindles.
  random_page_cost: '1.1',
  // Our statements are short: compiling a plan takes longer than running it.
  jit: 'off',
  // Every invocation is updated at least once, so dead rows come as fast as work does. The default
  // waits for a fifth of the table, then cleans at 200 units of cost a round and falls behind.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.05',
  autovacuum_vacuum_cost_limit: '2000',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
