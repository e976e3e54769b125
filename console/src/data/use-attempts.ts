import { useQuery } from '@tanstack/preact-query';
import { useEffect, useRef } from 'preact/hooks';
import { hooktrail } from './hooktrail.ts';

/** The schedule of the longest profile has far fewer; replays by hand may add some. */
const MOST = 100;

/**
 * The attempts of an invocation, oldest first. They are asked for beside the invocation, and again when
 * it has more: `count`, once it is known.
 */
export function useAttempts(id: string, count: number | undefined) {
  const attempts = useQuery({
    queryKey: ['attempts', id],
    queryFn: async ({ signal }) => {
      const newest = await hooktrail.invocations.attempts(id, {}, { signal }).all({ limit: MOST });
      return newest.reverse();
    },
    staleTime: 30_000,
  });
  const known = attempts.data?.length;
  const compared = useRef<number>();
  useEffect(() => {
    if (count === undefined || known === undefined || compared.current === count) return;
    // Of an old invocation some are no longer kept: asking once more does not bring them back.
    compared.current = count;
    if (known < Math.min(count, MOST)) void attempts.refetch();
  }, [count, known, attempts.refetch]);
  return attempts;
}
