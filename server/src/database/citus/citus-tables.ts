/**
 * Where the rows of each table live on a Citus cluster. A test compares these lists with the schema: a new
 * table without a place fails it.
 */

/** The column that every statement on a distributed table names (`server/src/model/lanes.ts`). */
const DISTRIBUTION_COLUMN = 'lane';

/**
 * As many as there are lanes. Citus hashes the column, so 64 lanes do not fall on 64 shards one each: 39 of
 * them are used, by 4 lanes at most; of 32 shards, its default, 30 by up to 5; of 256, 56 by up to 3. Each
 * shard is three tables a day, so four times as many for a little more evenness is a bad bargain.
 */
const SHARDS = 64;

/** Cut into shards by the lane, all in the same way: what has one lane lies on one machine. */
export const DISTRIBUTED_TABLES = [
  'event',
  'invocation',
  'attempt',
  'idempotency_key',
  'breaker',
  'delivery_count',
  'rate_window',
] as const;

/**
 * Whole on every machine: small, read with the distributed ones (`end-orphans` asks for the webhook in the
 * statement that ends its invocations), and written when people change something. In the order of their
 * foreign keys. `audit` is among them for its foreign key, and since a change is one transaction with its
 * row; `migration`, so that a node that is connected to any machine sees what was applied.
 */
export const REFERENCE_TABLES = [
  'account',
  'token',
  'webhook',
  'audit',
  'setting',
  'migration',
] as const;

/** What makes one of these tables distributed, or a reference table. */
export function citusStatement(table: string): string {
  if ((REFERENCE_TABLES as readonly string[]).includes(table)) {
    return `select create_reference_table('${table}')`;
  }
  const [first] = DISTRIBUTED_TABLES;
  const placement =
    table === first
      ? `colocate_with => 'none', shard_count => ${SHARDS}`
      : `colocate_with => '${first}'`;
  return `select create_distributed_table('${table}', '${DISTRIBUTION_COLUMN}', ${placement})`;
}
