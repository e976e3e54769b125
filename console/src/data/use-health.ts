import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

const LIVE_MS = 10_000;
/** Breaker, rate limit, outcomes, and what is due. */
const STATEMENTS = 4;

/** Breaker, window, pause and backlog of a webhook, as they are now. */
export const useHealth = (webhookId: string) =>
  useQuery({
    queryKey: ['health', webhookId],
    queryFn: (context) => hooktrail.webhooks.health(webhookId, callOptions(context)),
    placeholderData: keepPreviousData,
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
