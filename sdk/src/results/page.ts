/** What a page and a list share: items to iterate over, fetched page by page. */
export interface Items<T> extends AsyncIterable<T> {
  /** The items of all {@link Items.pages}, fetched in the same way. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined>;

  /**
   * The pages, starting with this one. Each is fetched only when the loop asks for it, and leaving
   * the loop ends the requests.
   */
  pages(): AsyncGenerator<Page<T>, void, undefined>;

  /**
   * The items as one array.
   *
   * @param options - `limit`: how many at most; default all. Nothing is fetched beyond the page
   *   that reaches the limit.
   */
  all(options?: { readonly limit?: number | undefined }): Promise<T[]>;

  /**
   * Each id once, in its newest row. The real service lists an invocation again for each finished
   * attempt; Hooktrail lists it once.
   *
   * In the default order, newest first, rows are returned as their pages arrive and only the ids
   * stay in memory. With `sort: 'latest_completed_at'` the newest row of an id may be on the last
   * page, so the whole list is read before the first row is returned.
   */
  uniqueById(): AsyncGenerator<T, void, undefined>;
}

/** One page of a list. */
export interface Page<T> extends Items<T> {
  /** The items of this page. It may be empty although more pages follow. */
  readonly items: readonly T[];
  /** The cursor of the next page, for `pageAfter`; `undefined` when the server sends none. */
  readonly afterCursor: string | undefined;
  /** The cursor of the previous page, for `pageBefore`; `undefined` when the server sends none. */
  readonly beforeCursor: string | undefined;

  /** Whether there is a next page. */
  hasNext(): boolean;

  /** Whether there is a previous page. */
  hasPrev(): boolean;

  /**
   * The next page, or `null` after the last. Calls that overlap share one request and one page.
   * Corresponds to `res.next()` in the Python client.
   *
   * @throws `PaginationError` when the cursor of the next page leads back to the same page.
   */
  next(): Promise<Page<T> | null>;

  /**
   * The previous page, or `null` before the first; its items keep the order of the list. Otherwise
   * the same as {@link Page.next}.
   */
  prev(): Promise<Page<T> | null>;
}
