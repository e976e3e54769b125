/** An index of a partitioned table that is made while nodes work. */
export interface NewIndex {
  readonly name: string;
  readonly table: string;
  /** What follows the table in "create index". */
  readonly definition: string;
}

/** The indexes that a migration made on the parents only, where days had rows. */
export const NEW_INDEXES: readonly NewIndex[] = [
  {
    name: 'event_own_id',
    table: 'event',
    definition: '(account_id, own_id, id) where own_id is not null',
  },
];
