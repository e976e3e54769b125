/**
 * The placement of each table on a Citus cluster. A test compares these lists with the schema and
 * fails for a new table that is in neither.
 */

/** The column that every statement on a distributed table names (`server/src/model/lanes.ts`). */
const DISTRIBUTION_COLUMN = 'lane';

/** As many as there are lanes: more would have none. */
export const MOST_SHARDS = 64;

/** Sharded by lane and colocated: all rows of a lane are on one machine. */
export const DISTRIBUTED_TABLES = [
  'event',
  'invocation',
  'attempt',
  'archive_event',
  'archive_invocation',
  'archive_attempt',
  'archive_wanted',
  'reconcile_row',
  'idempotency_key',
  'breaker',
  'handshake',
  'delivery_count',
  'rate_window',
  'delta',
  'rollup_minute',
  'rollup_hour',
  'rollup_day',
  'rollup_due',
  'key_batch',
  'key_block',
] as const;

/**
 * Replicated to every machine: small, read together with distributed tables (`end-orphans` looks up
 * the webhook in the statement that ends its invocations), and written only when people change
 * something. They are in the order of their foreign keys. `audit` is one for its foreign key, and
 * because a change and its row are one transaction; `search_filter`
 * holds words of all lanes, and one node writes it; `migration`, so a node sees the applied
 * migrations on any machine. The items of a job are of webhooks of all lanes, and are read in
 * the order of all.
 */
export const REFERENCE_TABLES = [
  'account',
  'token',
  'session',
  'saved_view',
  'inbox',
  'webhook',
  'deleted_webhook',
  'source',
  'archive_webhook',
  'archive_gap',
  'reconcile_hour',
  'reconcile_due',
  'audit',
  'setting',
  'search_filter',
  'migration',
  'writer',
  'job',
  'job_webhook',
  'job_item',
  'job_file',
  'erase_item',
  'export_node',
  'node',
  'endpoint_certificate',
  'storage_sample',
  'alert_rule',
  'alert_mute',
  'alert_watch',
  'alert',
  'alert_route',
  'alert_notice',
  'alert_lease',
] as const;

/** The statement that distributes a table, or makes it a reference table. */
export function citusStatement(table: string, shards: number): string {
  if ((REFERENCE_TABLES as readonly string[]).includes(table)) {
    return `select create_reference_table('${table}')`;
  }
  const [first] = DISTRIBUTED_TABLES;
  const placement =
    table === first
      ? `colocate_with => 'none', shard_count => ${shards}`
      : `colocate_with => '${first}'`;
  return `select create_distributed_table('${table}', '${DISTRIBUTION_COLUMN}', ${placement})`;
}
