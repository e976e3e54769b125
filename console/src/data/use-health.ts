import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

const LIVE_MS = 5_000;

/** Breaker, window, pause and backlog of a webhook, as they are now. */
export const useHealth = (webhookId: string) =>
  useQuery({
    queryKey: ['health', webhookId],
    queryFn: ({ signal }) => hooktrail.webhooks.health(webhookId, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });
