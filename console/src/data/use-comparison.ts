import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The same 24 hours of the day before and of a week ago; they are over, so they hardly move. */
export const useComparison = () =>
  useQuery({
    queryKey: ['comparison'],
    queryFn: async ({ signal }) => {
      const before = async (days: number) => {
        const toMs = Date.now() - days * DAY_MS;
        const span = `since:${new Date(toMs - DAY_MS).toISOString()} until:${new Date(toMs).toISOString()}`;
        return (await hooktrail.counts(span, {}, { signal })).total;
      };
      const [yesterday, lastWeek] = await Promise.all([before(1), before(7)]);
      return { yesterday, lastWeek };
    },
    staleTime: HOUR_MS / 12,
  });
