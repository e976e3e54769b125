import type { Webhook } from '@hooktrail/sdk';
import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

/** More names do not help a reader; the list of webhooks finds the others. */
export const MOST_WEBHOOKS = 1_000;

/**
 * The webhooks of the account, newest first. A large account has ten pages of them: `enabled` once somebody
 * needs them.
 */
export const useWebhooks = (enabled = true) =>
  useQuery<Webhook[]>({
    queryKey: ['webhooks'],
    queryFn: ({ signal }) =>
      hooktrail.webhooks.list({ pageSize: 100 }, { signal }).all({ limit: MOST_WEBHOOKS }),
    staleTime: 10_000,
    enabled,
  });
