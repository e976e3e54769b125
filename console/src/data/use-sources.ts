import type { Source } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

const LIVE_MS = 10_000;
/** All of them, and of each that misses bodies its webhooks and the oldest body. */
const STATEMENTS = 3;

/** The sources of the account, oldest first: 20 at most. */
export const useSources = () =>
  useQuery({
    queryKey: ['sources'],
    queryFn: (context) => hooktrail.sources.list(callOptions(context)),
    meta: live((sources: readonly Source[] | undefined) => ({
      everyMs: LIVE_MS,
      statements:
        1 +
        (STATEMENTS - 1) *
          (sources ?? []).filter(({ bodiesMissing }) => bodiesMissing.count > 0).length,
    })),
  });
