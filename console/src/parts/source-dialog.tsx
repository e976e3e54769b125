import type { Source, SourceAccess } from '@hooktrail/sdk/hooktrail';
import { useMemo, useState } from 'preact/hooks';
import { fieldProblems } from '../data/field-problems.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import { formatCount } from '../model/format-count.ts';
import {
  keptSourceDraft,
  type SourceDraft,
  sourceChangesOf,
  sourceDraftOf,
  sourceInputOf,
} from '../model/source-draft.ts';
import { DraftDialog } from './draft-dialog.tsx';
import { Notice } from './notice.tsx';
import { SourceFields } from './source-fields.tsx';

/** Adds a source after a check of its credentials, or changes one. */
export function SourceDialog({
  source,
  onSaved,
  onClose,
}: {
  /** The one to change; undefined: a new one. */
  source?: Source;
  onSaved: (source: Source) => Promise<void>;
  onClose: () => void;
}) {
  const base = useMemo(() => sourceDraftOf(source), []);
  const [draft, setDraft, forget, isRestored] = useDraft(`source-${source?.id ?? 'new'}`, base, {
    keep: (written) => keptSourceDraft(written, base),
    restore: (kept) => ({ ...base, ...(kept as Partial<SourceDraft>) }),
  });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [checked, setChecked] = useState<{ readonly draft: SourceDraft; access: SourceAccess }>();
  const access = checked?.draft === draft ? checked.access : undefined;
  const problems = fieldProblems(error, 'source');
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const check = () =>
    run(async () => {
      setChecked({ draft, access: await hooktrail.sources.check(sourceInputOf(draft)) });
    });
  const add = () =>
    run(async () => {
      const made = await hooktrail.sources.create(sourceInputOf(draft));
      toast.value = { text: `${made.source.name} is added. Its logs are read from now on.` };
      forget();
      await onSaved(made.source);
    });
  const change = (current: Source) =>
    run(async () => {
      const changes = sourceChangesOf(draft, base);
      let saved = current;
      // An empty change would be one of the audit.
      if (Object.keys(changes).length > 0) {
        const answer = await hooktrail.sources.update(current.id, changes);
        saved = answer.source;
        toast.value = {
          text: `${saved.name} is saved. ${answer.access?.explanation ?? ''}`.trim(),
        };
      }
      forget();
      await onSaved(saved);
    });
  const months = /^\d+$/.test(draft.keepMonths.trim()) ? Number(draft.keepMonths) : undefined;
  const shortens =
    source !== undefined &&
    months !== undefined &&
    months < (source.keepMonths ?? Number.POSITIVE_INFINITY);
  const [label, act] =
    source !== undefined
      ? ([
          shortens ? 'Save and remove older rows' : 'Save the changes',
          () => change(source),
        ] as const)
      : access === undefined
        ? (['Check the credentials', check] as const)
        : (['Add the source', add] as const);
  return (
    <DraftDialog
      title={source === undefined ? 'Add a source' : `Edit ${source.name}`}
      isRestored={isRestored}
      notKept="Secrets are not kept: enter them again."
      onForget={forget}
      onClose={onClose}
      act={label}
      isDanger={shortens}
      isDisabled={busy}
      onAct={() => void act()}
      error={error}
    >
      <SourceFields
        draft={draft}
        isNew={source === undefined}
        problems={problems}
        onChange={setDraft}
      />
      {shortens && (
        <Notice tone="hold">
          Rows that are older than {formatCount(months)} {months === 1 ? 'month' : 'months'} are
          removed within an hour, and the service has them no longer. So far{' '}
          {formatCount(source.archived.rows)} rows of {formatCount(source.archived.invocations)}{' '}
          invocations were archived.
        </Notice>
      )}
      {access && (
        <Notice {...(access.invocations === false && { tone: 'hold' as const })}>
          <p class="grow wrap">
            {access.explanation}
            {access.rateLimit !== undefined &&
              ` The service allows ${formatCount(access.rateLimit)} requests a minute.`}
          </p>
        </Notice>
      )}
    </DraftDialog>
  );
}
