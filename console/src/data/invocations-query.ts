import { infiniteQueryOptions } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

const PAGE = 100;

/** The pages of the list over all webhooks; `asOf` counts how often it was asked for anew. */
export const invocationsQuery = (q: string, sort: string, asOf: number) =>
  infiniteQueryOptions({
    queryKey: ['invocations', q, sort, asOf],
    queryFn: ({ pageParam, signal }) =>
      hooktrail.invocations
        .list(
          q,
          { pageSize: PAGE, sort: sort || undefined, pageAfter: pageParam || undefined },
          { signal },
        )
        .then(({ items, afterCursor, covered, gaps }) => ({ items, afterCursor, covered, gaps })),
    initialPageParam: '',
    getNextPageParam: (page) => page.afterCursor,
    // The feed says what changes; a list that is long is not fetched again by itself.
    staleTime: Number.POSITIVE_INFINITY,
  });
