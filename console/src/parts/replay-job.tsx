import type { JobInput } from '@hooktrail/sdk/hooktrail';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import { useWebhook } from '../data/use-webhook.ts';
import { formatCount } from '../model/format-count.ts';
import { EMPTY_REPLAY, type ReplayDraft, replayInput } from '../model/replay-draft.ts';
import { SENDING, type Sending } from '../model/sending.ts';
import { skippedOf } from '../model/skipped-of.ts';
import { DraftDialog } from './draft-dialog.tsx';
import { Failure } from './failure.tsx';
import { JobEstimate } from './job-estimate.tsx';
import { Loading } from './loading.tsx';
import { Notice } from './notice.tsx';
import { ReplayFields } from './replay-fields.tsx';

interface Read {
  readonly input?: JobInput;
  readonly problem?: string;
}

function readDraft(q: string, draft: ReplayDraft, kind: Sending): Read {
  try {
    return { input: { ...replayInput(q, draft), ...(kind === 'resend' && { kind }) } };
  } catch (error) {
    return { problem: explainError(error) };
  }
}

/** Says what a job that sends again all that a query selects would do, and creates it. */
export function ReplayJob({
  q,
  kind = 'replay',
  title = `${SENDING[kind].act} all that match`,
  start = EMPTY_REPLAY,
  elsewhere,
  onClose,
}: {
  q: string;
  /** Of rows of ours, or of archived ones. */
  kind?: Sending;
  title?: string;
  /** What the form says when it opens. */
  start?: ReplayDraft;
  /** The webhook of what is sent, to which it must not go: another one must be chosen. */
  elsewhere?: string;
  onClose: () => void;
}) {
  const { route } = useLocation();
  const [written, setWritten, forget, isRestored] = useDraft(
    `replay-${kind}-${elsewhere ?? ''}-${q}`,
    start,
    { restore: (kept) => ({ ...start, ...(kept as Partial<ReplayDraft>) }) },
  );
  // A text counts when its field is left: each dry run costs up to three seconds of reading.
  const [draft, setDraft] = useState(written);
  const change = (next: ReplayDraft) => {
    setWritten(next);
    setDraft(next);
  };
  const discard = () => {
    forget();
    setDraft(start);
  };
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { input, problem } = readDraft(q, draft, kind);
  // Only these change what a dry run counts.
  const { includeSucceeded, max, order, rate, targetWebhookId } = input ?? {};
  const counted = { includeSucceeded, max, order, rate, targetWebhookId };
  const dryRun = useQuery({
    queryKey: ['replay-estimate', kind, q, counted],
    queryFn: ({ signal }) => hooktrail.jobs.dryRun(input ?? {}, { signal }),
    enabled: input !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 0,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  });
  const estimate = dryRun.data;
  const { data: target } = useWebhook(draft.target);
  const skipped = estimate ? skippedOf(estimate, kind) : 0;
  const count = estimate ? Math.max(0, estimate.invocations - skipped) : 0;
  const words = `${estimate && !estimate.exact ? 'about ' : ''}${formatCount(count)} ${count === 1 ? 'invocation' : 'invocations'}`;
  const isChosen = elsewhere === undefined || (draft.target !== '' && draft.target !== elsewhere);
  const ready =
    isChosen && input !== undefined && estimate !== undefined && !dryRun.isFetching && count > 0;
  const create = async () => {
    if (input === undefined) return;
    setBusy(true);
    setError(undefined);
    try {
      const { id } = await hooktrail.jobs.create(input);
      toast.value = { text: `A job ${SENDING[kind].does} ${words}.` };
      forget();
      onClose();
      route(`/console/jobs/${id}`);
      await cache.invalidateQueries({ queryKey: ['jobs'] });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <DraftDialog
      title={title}
      isRestored={isRestored}
      onForget={discard}
      onClose={onClose}
      act={
        estimate === undefined || dryRun.isFetching ? 'Counting' : `${SENDING[kind].act} ${words}`
      }
      isDisabled={!ready || busy}
      onAct={() => void create()}
      error={error}
    >
      <p class="wrap">
        A job sends one request for each invocation that matches{' '}
        {q === '' ? <strong>no condition: all of the account</strong> : <code>{q}</code>} now. It
        goes on without this page. Receivers may see events that they have already handled.
      </p>
      {kind === 'resend' && (
        <p>
          Each goes to its own endpoint as it was sent there: method, URL and body. It is signed
          again with the secret of its webhook, which the source reads or is given, and says that it
          is a resend. What has no request cannot be rebuilt and is skipped.
        </p>
      )}
      {target !== undefined && (
        <Notice tone="hold">
          {kind === 'replay'
            ? `All of them go to ${target.name}, as new invocations signed with its secret. The webhooks that they are of get nothing.`
            : `All of them go to ${target.name}, with their own ids, signed with its secret. Their own endpoints get nothing.`}
        </Notice>
      )}
      {dryRun.error ? (
        <Failure what="The dry run" error={dryRun.error} onRetry={() => void dryRun.refetch()} />
      ) : (
        estimate === undefined && <Loading what="what the job would do" />
      )}
      {estimate !== undefined && count === 0 && !dryRun.isFetching && (
        <Notice tone="hold">Nothing would be sent.</Notice>
      )}
      {estimate && <JobEstimate estimate={estimate} kind={kind} />}
      <ReplayFields kind={kind} draft={written} onWrite={setWritten} onChange={change} />
      {!isChosen && <Notice tone="hold">Choose another webhook under “Send to”.</Notice>}
      {problem !== undefined && <Notice tone="bad">{problem}</Notice>}
    </DraftDialog>
  );
}
