import type { Webhook } from '@hooktrail/sdk';
import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

/** One webhook, whichever of how many it is; nothing without an id. */
export const useWebhook = (id = '') =>
  useQuery<Webhook>({
    queryKey: ['webhook', id],
    queryFn: ({ signal }) => hooktrail.webhooks.get(id, { signal }),
    enabled: id !== '',
  });
