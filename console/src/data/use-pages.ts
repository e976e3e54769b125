import type { Page } from '@hooktrail/sdk';
import { useInfiniteQuery } from '@tanstack/preact-query';

/** The pages of a list, one after the other. */
export function usePages<Item>(
  key: readonly unknown[],
  fetchPage: (pageAfter: string | undefined, signal: AbortSignal) => PromiseLike<Page<Item>>,
  refetchInterval: number | false = false,
) {
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }) => {
      const { afterCursor, items } = await fetchPage(pageParam || undefined, signal);
      return { afterCursor, items };
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.afterCursor,
    refetchInterval,
  });
  return { ...list, rows: list.data?.pages.flatMap(({ items }) => items) ?? [] };
}
