/**
 * A position in a list, on a row or between rows. Rows are sorted by `key`, then by id, in the same
 * direction.
 */
export interface Position {
  readonly key: string | number;
  readonly id: string;
}

/** The page to read: after a position, before one, or the first. */
export interface PageRequest {
  readonly size: number;
  readonly after?: Position | undefined;
  readonly before?: Position | undefined;
}

/** A page, and the positions of its neighbours where they exist. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; absent when no row follows. */
  readonly after?: Position;
  /** Where the previous page ends; absent when no row precedes. */
  readonly before?: Position;
}
