import type { CallOptions, Page } from '@hooktrail/sdk';
import { useInfiniteQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { type Live, live } from './live.ts';

/** The pages of a list, one after the other; `kept` says how they are kept up to date, if they are. */
export function usePages<Item>(
  key: readonly unknown[],
  fetchPage: (pageAfter: string | undefined, options: CallOptions) => PromiseLike<Page<Item>>,
  kept?: Live,
) {
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: async (context) => {
      const { afterCursor, items } = await fetchPage(
        context.pageParam || undefined,
        callOptions(context),
      );
      return { afterCursor, items };
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.afterCursor,
    ...(kept && { meta: live(kept) }),
  });
  return { ...list, rows: list.data?.pages.flatMap(({ items }) => items) ?? [] };
}
