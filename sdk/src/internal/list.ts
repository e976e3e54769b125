import type { Kind } from '../codec/kind.ts';
import { PaginationError } from '../errors/pagination-error.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { Page } from '../results/page.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { ignore } from './ignore.ts';
import { itemsFrom } from './items.ts';
import { readMany } from './read-many.ts';
import type { Send } from './send.ts';

interface WithMeta {
  readonly meta?: {
    readonly has_more?: boolean;
    readonly after_cursor?: string | null;
    readonly before_cursor?: string | null;
  } | null;
}

/** The path of a list, and the kind of its items. */
export interface ListSource<T> {
  readonly path: string | readonly string[];
  /** The name of the items in the body. */
  readonly name: string;
  readonly kind: Kind<T>;
  /** Parameters of every page, besides those of the query. */
  readonly parameters?: object;
}

/** The list that `source` describes; its first request is in flight when this returns. */
export const list = <T extends { id: unknown }>(
  send: Send,
  { path, name, kind, parameters }: ListSource<T>,
  given: PageQuery = {},
  options: CallOptions | undefined,
): PagePromise<T> => {
  const readItems = readMany(name, kind);

  const load = (asked: PageQuery): APIPromise<Page<T>> => {
    // The API refuses the two cursors together.
    const query = asked.pageAfter ? { ...asked, pageBefore: undefined } : asked;

    const turn = (exists: boolean, place: PageQuery) => {
      let turning: Promise<Page<T>> | undefined;
      return async () => {
        if (!exists) return null;
        // Forget the page afterwards: pages that hold the next would keep the list in memory.
        turning ??= load({ ...query, ...place }).finally(() => {
          turning = undefined;
        });
        return turning;
      };
    };

    const read = (body: unknown): Page<T> => {
      const items = readItems(body);
      const { meta } = body as WithMeta;
      const afterCursor = meta?.after_cursor || undefined;
      const beforeCursor = meta?.before_cursor || undefined;
      // `has_more` refers to the direction of the request: the other direction has the page we
      // came from. A server that omits the cursor after the last page refers to what comes after.
      const more = meta?.has_more !== false;
      const hasNext = !!afterCursor && (more || !!query.pageBefore);
      const hasPrev = !!beforeCursor && (more || !query.pageBefore || !afterCursor);
      // Without this check, a server that ignores the cursor would be asked forever.
      const repeats =
        (hasNext && afterCursor === query.pageAfter) ||
        (hasPrev && beforeCursor === query.pageBefore);
      if (repeats) {
        throw new PaginationError(
          `The list of ${name} does not advance: a cursor leads back to its own page`,
        );
      }
      const page: Page<T> = {
        ...itemsFrom(() => page, query.sort),
        items,
        afterCursor,
        beforeCursor,
        hasNext: () => hasNext,
        hasPrev: () => hasPrev,
        next: turn(hasNext, { pageAfter: afterCursor }),
        prev: turn(hasPrev, { pageAfter: undefined, pageBefore: beforeCursor }),
      };
      return page;
    };

    return send({ path, query: { ...query, ...parameters } }, read, options);
  };

  const first = load(given);
  // A caller that iterates over the list later receives the failure then, not as unhandled now.
  first.catch(ignore);
  return Object.assign(
    first,
    itemsFrom(() => first, given.sort),
  );
};
