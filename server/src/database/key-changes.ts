/** A primary key of a partitioned table that changes while nodes work. */
export interface KeyChange {
  /** The migration that gives the new key to a table without partitions. */
  readonly migration: number;
  readonly table: string;
  readonly columns: readonly string[];
}

/** The changes, in order. A table that changes again has only its newest key here. */
export const KEY_CHANGES: readonly KeyChange[] = [
  { migration: 10, table: 'invocation', columns: ['lane', 'webhook_id', 'id'] },
  { migration: 12, table: 'event', columns: ['lane', 'account_id', 'id'] },
];

/** The newest change that this version's statements are written for. */
export const KEY_VERSION = Math.max(...KEY_CHANGES.map(({ migration }) => migration));
