import type { CountsRow } from '@hooktrail/sdk/hooktrail';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

const LIVE_MS = 15_000;
/** Names, what is not folded yet, and rollups. */
const STATEMENTS = 3;

/** Each has a row for each hour and status, and an answer has 10,000 at most. */
export const MOST_BY_HOUR = 40;

/**
 * The attempts of the last 24 hours by webhook, and of the first that are listed also by hour and status.
 * Of few webhooks all are asked for, so that a filter asks for nothing. Each of the two fails by itself: an
 * account may have too many webhooks for one answer.
 */
export function useWebhookCounts(all: readonly string[], listed: readonly string[]) {
  const totals = useQuery({
    queryKey: ['webhook-counts'],
    queryFn: async (context) => {
      const { counts } = await hooktrail.counts(
        'since:24h',
        { by: ['webhook'] },
        callOptions(context),
      );
      return new Map<string, CountsRow>(
        counts.flatMap((row) => (row.webhook === undefined ? [] : [[row.webhook.id, row]])),
      );
    },
    placeholderData: keepPreviousData,
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
  const ids = all.length <= MOST_BY_HOUR ? all : listed.slice(0, MOST_BY_HOUR);
  const hours = useQuery({
    queryKey: ['webhook-hours', ids.join()],
    queryFn: async (context) => {
      const { counts, meta } = await hooktrail.counts(
        `webhook:${ids.join()} since:24h`,
        { by: ['webhook', 'status'], step: 'hour' },
        callOptions(context),
      );
      return { counts, meta, ids: new Set(ids) };
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
  return { totals, hours };
}
