/**
 * A place in a list: between rows, or on one. Rows are ordered by `key` and, where that is equal, by
 * id; both in the same direction.
 */
export interface Position {
  readonly key: string | number;
  readonly id: string;
}

/** Which page is asked for: the one after a position, the one before, or the first. */
export interface PageRequest {
  readonly size: number;
  readonly after?: Position | undefined;
  readonly before?: Position | undefined;
}

/** A page, and the positions from which its neighbours are read, where there are any. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Where the page after this one begins; absent when no row follows. */
  readonly after?: Position;
  /** Where the page before this one ends; absent when no row precedes. */
  readonly before?: Position;
}
