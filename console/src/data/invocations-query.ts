import { infiniteQueryOptions } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';
import { hasEarly } from './take-early.ts';

const PAGE = 100;

/** The pages of the list over all webhooks; `asOf` counts how often it was asked for anew. */
export const invocationsQuery = (q: string, sort: string, asOf: number) =>
  infiniteQueryOptions({
    queryKey: ['invocations', q, sort, asOf],
    queryFn: async ({ pageParam, signal }) => {
      // What `early.js` asked for was asked when the page began.
      const askedAtMs = hasEarly() ? performance.timeOrigin : Date.now();
      const { items, afterCursor, covered, gaps } = await hooktrail.invocations.list(
        q,
        { pageSize: PAGE, sort: sort || undefined, pageAfter: pageParam || undefined },
        { signal },
      );
      return { askedAtMs, items, afterCursor, covered, gaps };
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.afterCursor,
    // The feed says what changes; a list that is long is not fetched again by itself.
    staleTime: Number.POSITIVE_INFINITY,
  });
