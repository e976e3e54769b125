import type { CountsRow } from '@hooktrail/sdk/hooktrail';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

const LIVE_MS = 15_000;

/** The attempts of the last 24 hours by webhook, and the same by hour and status. */
export const useWebhookCounts = () =>
  useQuery({
    queryKey: ['webhook-counts'],
    queryFn: async ({ signal }) => {
      const [totals, hours] = await Promise.all([
        hooktrail.counts('since:24h', { by: ['webhook'] }, { signal }),
        hooktrail.counts('since:24h', { by: ['webhook', 'status'], step: 'hour' }, { signal }),
      ]);
      const byWebhook = new Map<string, CountsRow>();
      for (const row of totals.counts) {
        if (row.webhook !== undefined) byWebhook.set(row.webhook.id, row);
      }
      return { byWebhook, total: totals.total, hours: hours.counts, meta: hours.meta };
    },
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });
