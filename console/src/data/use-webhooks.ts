import type { Webhook } from '@hooktrail/sdk';
import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

/** More names do not help a reader; the list of webhooks has them all. */
const MOST = 1_000;

/** The webhooks of the account, newest first. */
export const useWebhooks = () =>
  useQuery<Webhook[]>({
    queryKey: ['webhooks'],
    queryFn: ({ signal }) =>
      hooktrail.webhooks.list({ pageSize: 100 }, { signal }).all({ limit: MOST }),
    staleTime: 10_000,
  });
