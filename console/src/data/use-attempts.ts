import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

/** The schedule of the longest profile has far fewer; replays by hand may add some. */
const MOST = 100;

/** The attempts of an invocation, oldest first; `count` makes a new attempt load. */
export const useAttempts = (id: string, count: number) =>
  useQuery({
    queryKey: ['attempts', id, count],
    queryFn: async ({ signal }) => {
      const newest = await hooktrail.invocations.attempts(id, {}, { signal }).all({ limit: MOST });
      return newest.reverse();
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
