/** An index of a partitioned table that is added while nodes work. */
export interface IndexAddition {
  /** As its migration gives it to a table without partitions. */
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Of a partial index. */
  readonly where: string;
  /** The name of a partition with this is the name of its index. */
  readonly suffix: string;
}

export const INDEX_ADDITIONS: readonly IndexAddition[] = [
  {
    name: 'invocation_undelivered',
    table: 'invocation',
    columns: ['lane', 'webhook_id', 'id'],
    // The same condition as in `server/src/sql/parts/undelivered.ts`; a test compares them.
    where: `not delivered and status <> 'success'
  and (due_at is null or attempts_count > 0 or status = 'unknown')`,
    suffix: '_undelivered',
  },
  {
    name: 'event_own_id',
    table: 'event',
    columns: ['account_id', 'own_id', 'id'],
    where: 'own_id is not null',
    suffix: '_own_id',
  },
  {
    name: 'attempt_not_early',
    table: 'attempt',
    columns: ['lane', 'recorded_at'],
    // The same condition as in `server/src/sql/parts/late-attempt.ts`; a test compares them.
    where: 'early is not true',
    suffix: '_not_early',
  },
];
