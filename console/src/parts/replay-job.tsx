import type { JobInput } from '@hooktrail/sdk/hooktrail';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { formatCount } from '../model/format-count.ts';
import { EMPTY_REPLAY, type ReplayDraft, replayInput } from '../model/replay-draft.ts';
import { Dialog } from './dialog.tsx';
import { Failure } from './failure.tsx';
import { JobEstimate } from './job-estimate.tsx';
import { Loading } from './loading.tsx';
import { Notice } from './notice.tsx';
import { ReplayFields } from './replay-fields.tsx';

function readDraft(q: string, draft: ReplayDraft): { input?: JobInput; problem?: string } {
  try {
    return { input: replayInput(q, draft) };
  } catch (error) {
    return { problem: explainError(error) };
  }
}

/** Says what a job that replays all that a query selects would do, and creates it. */
export function ReplayJob({ q, onClose }: { q: string; onClose: () => void }) {
  const { route } = useLocation();
  const [draft, setDraft] = useState(EMPTY_REPLAY);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { input, problem } = readDraft(q, draft);
  // Only these change what a dry run counts: each costs up to three seconds of reading.
  const counted = { rate: input?.rate, includeSucceeded: input?.includeSucceeded };
  const dryRun = useQuery({
    queryKey: ['replay-estimate', q, counted],
    queryFn: ({ signal }) => hooktrail.jobs.dryRun(input ?? {}, { signal }),
    enabled: input !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 0,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  });
  const estimate = dryRun.data;
  const skipped = estimate ? estimate.bodiesGone + estimate.archived : 0;
  const count = estimate ? Math.max(0, estimate.invocations - skipped) : 0;
  const words = `${estimate && !estimate.exact ? 'about ' : ''}${formatCount(count)} ${count === 1 ? 'invocation' : 'invocations'}`;
  const ready = input !== undefined && estimate !== undefined && !dryRun.isFetching && count > 0;
  const create = async () => {
    if (input === undefined) return;
    setBusy(true);
    setError(undefined);
    try {
      const { id } = await hooktrail.jobs.create(input);
      toast.value = { text: `A job replays ${words}.` };
      onClose();
      route(`/console/jobs/${id}`);
      await cache.invalidateQueries({ queryKey: ['jobs'] });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Replay all that match"
      onClose={onClose}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            class="button primary"
            disabled={!ready || busy}
            onClick={() => void create()}
          >
            {estimate === undefined || dryRun.isFetching ? 'Counting' : `Replay ${words}`}
          </button>
        </>
      }
    >
      <p class="wrap">
        A job sends one request for each invocation that matches{' '}
        {q === '' ? <strong>no condition: all of the account</strong> : <code>{q}</code>} now. It
        goes on without this page. Receivers may see events that they have already handled.
      </p>
      {dryRun.error ? (
        <Failure what="The dry run" error={dryRun.error} onRetry={() => void dryRun.refetch()} />
      ) : (
        estimate === undefined && <Loading what="what the job would do" />
      )}
      {estimate !== undefined && count === 0 && !dryRun.isFetching && (
        <Notice tone="hold">Nothing would be sent.</Notice>
      )}
      {estimate && <JobEstimate estimate={estimate} />}
      <ReplayFields draft={draft} onChange={setDraft} />
      {problem !== undefined && <Notice tone="bad">{problem}</Notice>}
      {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
    </Dialog>
  );
}
