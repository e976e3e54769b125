import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import { EMPTY_EXPORT, type ExportDraft, exportInput } from '../model/export-draft.ts';
import { formatCount } from '../model/format-count.ts';
import { CountedWebhooks } from './counted-webhooks.tsx';
import { DraftDialog } from './draft-dialog.tsx';
import { ExportFields } from './export-fields.tsx';
import { Failure } from './failure.tsx';
import { Loading } from './loading.tsx';
import { Notice } from './notice.tsx';

/** Says what a job that writes all that a query selects to files would have, and creates it. */
export function ExportJob({
  q,
  selected,
  kinds,
  onClose,
}: {
  q: string;
  /** How many rows a reader chose; undefined: all that the query selects. */
  selected?: number;
  /** What the query can select, the default first. */
  kinds: readonly [ExportDraft['of'], ...ExportDraft['of'][]];
  onClose: () => void;
}) {
  const { route } = useLocation();
  const start = useMemo((): ExportDraft => ({ ...EMPTY_EXPORT, of: kinds[0] }), []);
  const [draft, setDraft, forget, isRestored] = useDraft(`export-${kinds.join()}-${q}`, start, {
    restore: (kept) => ({ ...start, ...(kept as Partial<ExportDraft>) }),
  });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const input = exportInput(q, draft);
  // Only the kind of its rows changes what a dry run counts: each costs up to three seconds of reading.
  const dryRun = useQuery({
    queryKey: ['export-estimate', q, draft.of],
    queryFn: ({ signal }) => hooktrail.jobs.dryRun(input, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  });
  const estimate = dryRun.data;
  const isCounting = estimate === undefined || dryRun.isFetching;
  const rows = estimate?.rows ?? 0;
  const words = `${estimate?.exact === false ? 'about ' : ''}${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`;
  const chosen = `${formatCount(selected ?? 0)} ${selected === 1 ? 'invocation' : 'invocations'}`;
  const create = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { id } = await hooktrail.jobs.create(input);
      toast.value = { text: `A job exports ${words}.` };
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
      title={selected === undefined ? 'Export all that match' : `Export ${chosen}`}
      isRestored={isRestored}
      onForget={forget}
      onClose={onClose}
      act={isCounting && !dryRun.isError ? 'Counting' : `Export ${words}`}
      isDisabled={busy || isCounting || dryRun.isError || rows === 0}
      onAct={() => void create()}
      error={error}
    >
      <p class="wrap">
        A job writes{' '}
        {selected !== undefined ? (
          `the ${chosen} that you selected`
        ) : q === '' ? (
          <strong>everything in the account</strong>
        ) : (
          <>
            what matches <code>{q}</code>
          </>
        )}{' '}
        to files, one for each day. It continues without this page, and sends nothing. Download the
        files on the job's screen.
      </p>
      {dryRun.error ? (
        <Failure what="The dry run" error={dryRun.error} onRetry={() => void dryRun.refetch()} />
      ) : (
        estimate === undefined && <Loading what="what the export would have" />
      )}
      {estimate !== undefined && !dryRun.isError && (
        <>
          {rows === 0 && !isCounting && <Notice tone="hold">Nothing would be exported.</Notice>}
          {!estimate.exact && (
            <p class="soft">
              Estimated from the first {formatCount(estimate.counted)}; the job has all of them.
            </p>
          )}
          {estimate.webhooks && (
            <CountedWebhooks
              webhooks={estimate.webhooks}
              total={estimate.webhooksCount ?? estimate.webhooks.length}
            />
          )}
        </>
      )}
      <ExportFields kinds={kinds} draft={draft} onChange={setDraft} />
    </DraftDialog>
  );
}
