import { useQuery } from '@tanstack/preact-query';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { atLeast } from '../model/at-least.ts';

/**
 * How many invocations of a webhook, or of the account, wait now, and what becomes of them: for the question before
 * an act.
 */
export function WaitingNow({ id, fate }: { id?: string; fate: string }) {
  const q = id === undefined ? 'state:waiting' : `webhook:${id} state:waiting`;
  const waiting = useQuery({
    queryKey: ['waiting-now', q],
    queryFn: ({ signal }) => hooktrail.counts(q, {}, { signal }),
    gcTime: 0,
  });
  const found = waiting.data?.live;
  const count = found?.invocations ?? 0;
  return (
    <p role="status">
      {waiting.error && `Those that wait could not be counted: ${explainError(waiting.error)}`}
      {waiting.isLoading && 'Counting those that wait …'}
      {found && count === 0 && 'No invocation waits now.'}
      {found && count > 0 && (
        <>
          <strong>
            {atLeast({ count, more: found.more })}{' '}
            {count === 1 ? 'invocation waits' : 'invocations wait'} now:
          </strong>{' '}
          {fate}
        </>
      )}
    </p>
  );
}
