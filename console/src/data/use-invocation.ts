import type { InvocationDetails } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

const SOON_MS = 2_000;
const LATER_MS = 10_000;

/** How soon something may change: the attempt is due, or far away, or none comes. */
function refetchMs(found: InvocationDetails | undefined): number | false {
  if (found === undefined) return false;
  const { nextAttemptAt, status, timeline } = found;
  if (nextAttemptAt !== undefined) {
    return nextAttemptAt.getTime() - Date.now() < LATER_MS ? SOON_MS : LATER_MS;
  }
  const ended = status === 'success' || timeline.some(({ what }) => what === 'ended');
  return ended ? false : SOON_MS;
}

/** An invocation with its timeline; asked for again as long as something may happen. */
export const useInvocation = (id: string) =>
  useQuery({
    queryKey: ['invocation', id],
    queryFn: ({ signal }) => hooktrail.invocations.get(id, { signal }),
    refetchInterval: ({ state }) => refetchMs(state.data),
  });
