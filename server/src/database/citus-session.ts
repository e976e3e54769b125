/**
 * What a session of a Citus cluster has instead of, or beside, `SESSION_SETTINGS`.
 *
 * Citus finds the shard of a statement from the values of its parameters, so it refuses generic plans of
 * most statements. A statement on several lanes goes to several shards: one after the other over one
 * connection, because a connection to each shard costs more than what they do at the same time.
 */
const CITUS_SETTINGS: Readonly<Record<string, string>> = {
  plan_cache_mode: 'auto',
  'citus.multi_shard_modify_mode': 'sequential',
  'citus.max_adaptive_executor_pool_size': '1',
};

const VALUES = Object.entries(CITUS_SETTINGS)
  .map(([name, value]) => `('${name}', '${value}')`)
  .join(', ');

/**
 * Makes a session one of a Citus cluster, if the database is part of one, and returns a row for each
 * setting then, and none otherwise. It is one statement, so that it costs a connection one round trip.
 */
export const CITUS_SESSION = `select set_config(name, value, false)
from (values ${VALUES}) as s (name, value)
where to_regclass('pg_dist_partition') is not null`;
