import { validationError } from '../errors/validation-error.ts';
import { MAX_PAGE_SIZE } from '../schema/page-schema.ts';
import type { PageUrl } from './page-links.ts';

interface OffsetQuery {
  readonly page?: number;
  readonly per_page?: number;
  readonly 'page[size]'?: number;
  readonly 'page[after]'?: string;
  readonly 'page[before]'?: string;
}

/** A page that is asked for by its number: how older clients walk every list. */
export interface OffsetPage {
  readonly offset: number;
  readonly size: number;
  /** What such clients read, given the number of rows of the whole list. */
  readonly answer: (
    count: number,
    url: PageUrl,
  ) => { readonly count: number; readonly next_page?: string; readonly previous_page?: string };
}

/**
 * Reads `page` and `per_page`; undefined when neither is given.
 *
 * @throws ApiError `InvalidParameter` when cursors or a page size are given as well.
 */
export function offsetPage(query: OffsetQuery): OffsetPage | undefined {
  const { page = 1, per_page: size = MAX_PAGE_SIZE } = query;
  if (query.page === undefined && query.per_page === undefined) return undefined;
  const other = (['page[size]', 'page[after]', 'page[before]'] as const).find(
    (name) => query[name] !== undefined,
  );
  if (other !== undefined) {
    throw validationError('InvalidParameter', [
      {
        field: other,
        code: 'conflict',
        message: `${other} cannot be combined with page or per_page`,
      },
    ]);
  }
  const place = (number: number) => ({ page: String(number), per_page: String(size) });
  return {
    offset: (page - 1) * size,
    size,
    answer: (count, url) => ({
      count,
      ...(page * size < count && { next_page: url(place(page + 1)) }),
      ...(page > 1 && { previous_page: url(place(page - 1)) }),
    }),
  };
}
