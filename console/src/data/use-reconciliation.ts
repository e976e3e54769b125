import type { Reconciliation } from '@hooktrail/sdk/hooktrail';
import { useInfiniteQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

/** An hour is compared again every two minutes at most. */
const LIVE_MS = 60_000;
/** The source, its webhooks that send to inboxes, the hours, their sums, gaps of the page and of all, and inboxes. */
const STATEMENTS = 7;
const PAGE = 50;

/** What a source lists against what arrived, since a time: the hours page by page. */
export const useReconciliation = (id: string | undefined, from: string, webhook: string) =>
  useInfiniteQuery({
    queryKey: ['reconcile', id, from, webhook],
    queryFn: async (context): Promise<Reconciliation> =>
      await hooktrail.sources.reconcile(
        id ?? '',
        {
          from,
          pageSize: PAGE,
          pageAfter: context.pageParam || undefined,
          webhook: webhook || undefined,
        },
        callOptions(context),
      ),
    initialPageParam: '',
    getNextPageParam: ({ meta }: Reconciliation) => (meta.hasMore ? meta.afterCursor : undefined),
    enabled: id !== undefined,
    // One that is named is looked up.
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS + (webhook === '' ? 0 : 1) }),
  });
