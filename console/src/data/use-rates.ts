import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { DAY_MS, daysBefore } from '../model/days-before.ts';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

const LIVE_MS = 15_000;

/** What is over hardly moves. */
const OVER_MS = 5 * 60_000;

/** Names, what is not folded yet, and rollups. */
const STATEMENTS = 3;

const STEP = { step: 'hour' } as const;

/** The attempts of the last 24 hours by hour, and those of the same hours before. */
export function useRates() {
  const now = useQuery({
    queryKey: ['rates'],
    queryFn: (context) => hooktrail.counts('since:24h', STEP, callOptions(context)),
    placeholderData: keepPreviousData,
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
  const before = useQuery({
    queryKey: ['rates-before'],
    queryFn: async (context) => {
      const of = (days: number) =>
        hooktrail.counts(daysBefore(days, Date.now(), DAY_MS), STEP, callOptions(context));
      const [yesterday, lastWeek] = await Promise.all([of(1), of(7)]);
      return { yesterday, lastWeek };
    },
    staleTime: OVER_MS,
    meta: live({ everyMs: OVER_MS, statements: 2 * STATEMENTS }),
  });
  return { now, before: before.data };
}
