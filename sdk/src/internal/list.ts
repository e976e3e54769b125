import type { APIPromise } from '../api-promise.ts';
import { PaginationError } from '../errors.ts';
import type { CallOptions } from '../options.ts';
import type { Items, Page, PagePromise, PageQuery } from '../page.ts';
import { nothing } from './nothing.ts';
import type { Send } from './transport.ts';
import { decode } from './wire.ts';

/** What can be gone through from the page that `first` gives on. */
const itemsFrom = <T extends { id: string }>(
  first: () => Page<T> | Promise<Page<T>>,
  sort: string | undefined,
): Items<T> => {
  async function* pages() {
    for (let page: Page<T> | null = await first(); page; page = await page.next()) yield page;
  }
  async function* items() {
    for await (const page of pages()) for (const item of page.items) yield item;
  }
  const all: Items<T>['all'] = async ({ limit = Infinity } = {}) => {
    const found: T[] = [];
    if (limit > 0) for await (const item of items()) if (found.push(item) >= limit) break;
    return found;
  };
  return {
    [Symbol.asyncIterator]: items,
    pages,
    all,
    async *uniqueById() {
      const seen = new Set<string>();
      const unseen = ({ id }: T) => !seen.has(id) && seen.add(id);
      // The newest row of an id is the last one there, and the first one otherwise.
      if (sort === 'latest_completed_at') yield* (await all()).reverse().filter(unseen).reverse();
      else for await (const item of items()) if (unseen(item)) yield item;
    },
  };
};

/** A list whose answers hold the items under `key`. */
export const list = <T extends { id: string }>(
  send: Send,
  path: readonly string[],
  key: 'webhooks' | 'invocations',
  query: PageQuery,
  options: CallOptions | undefined,
): PagePromise<T> => {
  const load = (asked: PageQuery): APIPromise<Page<T>> => {
    // The API refuses the two cursors together.
    const query = asked.pageAfter ? { ...asked, pageBefore: undefined } : asked;
    return send(
      { path, query },
      ({ [key]: rows, meta }) => {
        const afterCursor = meta?.after_cursor || undefined;
        const beforeCursor = meta?.before_cursor || undefined;
        // What is said of more pages is said of the direction that this page was turned to (in
        // the other one lies the page we come from), or of what comes after, by servers that
        // leave out the cursors that lead nowhere.
        const more = meta?.has_more !== false;
        const hasNext = !!afterCursor && (more || !!query.pageBefore);
        const hasPrev = !!beforeCursor && (more || !query.pageBefore || !afterCursor);
        // A server that ignores the cursor would otherwise be asked for ever.
        if (
          (hasNext && afterCursor === query.pageAfter) ||
          (hasPrev && beforeCursor === query.pageBefore)
        ) {
          throw new PaginationError('The cursor does not advance');
        }
        const turn = (has: boolean, place: PageQuery) => {
          let turning: Promise<Page<T>> | undefined;
          return async () => {
            if (!has) return null;
            turning ??= load({ ...query, ...place }).finally(() => {
              // Not kept: a page that held the next would hold the whole list in memory.
              turning = undefined;
            });
            return turning;
          };
        };
        const page: Page<T> = {
          ...itemsFrom(() => page, query.sort),
          items: rows.map((row) => decode<T>(row)),
          afterCursor,
          beforeCursor,
          hasNext: () => hasNext,
          hasPrev: () => hasPrev,
          next: turn(hasNext, { pageAfter: afterCursor }),
          prev: turn(hasPrev, { pageAfter: undefined, pageBefore: beforeCursor }),
        };
        return page;
      },
      options,
    );
  };

  const first = load(query);
  // Who iterates over the list later must find the failure then, and not as an unhandled one now.
  first.catch(nothing);
  return Object.assign(
    first,
    itemsFrom(() => first, query.sort),
  );
};
