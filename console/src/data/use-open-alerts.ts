import { useQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

const LIVE_MS = 30_000;
const STATEMENTS = 1;

/** The navigation and the overview share one answer; beyond these both say that there are more. */
export const OPEN_ALERTS_SHOWN = 20;

/** The open alerts of the account, the one opened last first: the first page. */
export const useOpenAlerts = (enabled = true) =>
  useQuery({
    queryKey: ['alerts', 'first open'],
    enabled,
    queryFn: async (context) => {
      const page = await hooktrail.alerts.list(
        { filterState: 'open', pageSize: OPEN_ALERTS_SHOWN },
        callOptions(context),
      );
      return { items: page.items, hasMore: page.hasNext() };
    },
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
