/** What one partition takes. */
export interface StoredPartition {
  /** Inclusive. */
  from: Date;
  /** Exclusive. */
  to: Date;
  /** With its indexes. */
  bytes: number;
  /** When it is dropped at the earliest; absent: never. */
  droppedAfter?: Date;
}

/** What one table takes. */
export interface StoredTable {
  /** Its name in the database. */
  name: string;
  /** With its indexes and partitions. */
  bytes: number;
  /** By day, or by month of what is archived, oldest first. */
  partitions: StoredPartition[];
}

/** What the database takes, of all accounts. */
export interface Storage {
  /** Of all tables. */
  bytes: number;
  /** The largest first. */
  tables: StoredTable[];
  /** The 20 partitions that go next, the first ones first. */
  next: (StoredPartition & {
    /** The table that it is a part of. */
    table: string;
  })[];
  /** When the sizes were read: once a minute at most. */
  readAt: Date;
}
