/** The paging part of a list's query. */
export interface PageQuery {
  /** The cursor that the page starts after. */
  readonly pageAfter?: string | undefined;
  /** The cursor that the page ends before; not sent when `pageAfter` is given. */
  readonly pageBefore?: string | undefined;
  /** How many items a page holds, 1 to 100; default 100. */
  readonly pageSize?: number | undefined;
  /** The order of the list. */
  readonly sort?: string | undefined;
}
