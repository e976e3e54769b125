/**
 * A position in a list, on a row or between rows. Rows are sorted by `key`, then by id, then
 * by webhook, in the same direction.
 */
export interface Position {
  readonly key: string | number;
  readonly id: string;
  /**
   * Of a list of several webhooks, where two may have a row with one key and id: two sources may archive
   * one remote account. Absent between rows.
   */
  readonly webhookId?: string | undefined;
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
