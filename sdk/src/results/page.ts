import type { APIPromise } from './api-promise.ts';

/** The part of a list's query that has to do with paging. */
export interface PageQuery {
  /** The cursor that the page begins after. */
  readonly pageAfter?: string | undefined;
  /** The cursor that the page ends before; not sent where `pageAfter` is given. */
  readonly pageBefore?: string | undefined;
  /** How many items a page holds, 1 to 100; 100 if not given. */
  readonly pageSize?: number | undefined;
  /** The order of the list. */
  readonly sort?: string | undefined;
}

/** What a page and a list have in common: items to go through, fetched page by page. */
export interface Items<T> extends AsyncIterable<T> {
  /** The items of all {@link Items.pages}, fetched in the same way. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined>;

  /**
   * The pages, from this one on. A page is fetched when it is asked for and not before, and
   * leaving the loop ends the requests.
   */
  pages(): AsyncGenerator<Page<T>, void, undefined>;

  /**
   * The items as one array.
   *
   * @param options - `limit`: how many at most; all of them if not given. Nothing is fetched
   *   beyond the page that reaches it.
   */
  all(options?: { readonly limit?: number | undefined }): Promise<T[]>;

  /**
   * The items with each id once, in its newest row. The real service lists an invocation anew
   * for each attempt that has finished; Hooktrail lists it once.
   *
   * Newest first, the default, the rows are given as the pages come, and only the ids are kept
   * in memory. With `sort: 'latest_completed_at'` the newest row of an id may be on the last
   * page, so the whole list is read before the first row is given.
   */
  uniqueById(): AsyncGenerator<T, void, undefined>;
}

/** One page of a list. */
export interface Page<T> extends Items<T> {
  /** The items of this page. There may be none, and still more pages behind it. */
  readonly items: readonly T[];
  /** The cursor of the next page, for `pageAfter`; `undefined` where the server gives none. */
  readonly afterCursor: string | undefined;
  /** The cursor of the page before, for `pageBefore`; `undefined` where the server gives none. */
  readonly beforeCursor: string | undefined;

  /** Whether there is a next page. */
  hasNext(): boolean;

  /** Whether there is a page before. */
  hasPrev(): boolean;

  /**
   * The next page, or `null` when this is the last. Asked for again while it is on its way, it
   * is the same page, fetched once. Renders `res.next()`.
   *
   * @throws `PaginationError` when the next page is, by its cursor, the same page again.
   */
  next(): Promise<Page<T> | null>;

  /**
   * The page before, or `null` when this is the first; its items are in the list's order too.
   * Otherwise as {@link Page.next}.
   */
  prev(): Promise<Page<T> | null>;
}

/**
 * A list that was asked for: await it for its first page, or iterate over it for the items of
 * all pages. Both go by the same first request, which is on its way already.
 */
export interface PagePromise<T> extends APIPromise<Page<T>>, Items<T> {}
