import type { AddressedInbox, Inbox } from '@hooktrail/sdk/hooktrail';
import { useMemo, useState } from 'preact/hooks';
import { fieldProblems } from '../data/field-problems.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import {
  type InboxDraft,
  inboxChangesOf,
  inboxDraftOf,
  inboxInputOf,
  keptInboxDraft,
} from '../model/inbox-draft.ts';
import { DraftDialog } from './draft-dialog.tsx';
import { InboxFields } from './inbox-fields.tsx';

/** Creates an inbox, whose address is in the answer alone, or changes one. */
export function InboxDialog({
  inbox,
  onSaved,
  onClose,
}: {
  /** The one to change; undefined: a new one. */
  inbox?: Inbox;
  onSaved: (inbox: Inbox | AddressedInbox) => Promise<void>;
  onClose: () => void;
}) {
  const base = useMemo(() => inboxDraftOf(inbox), []);
  const [draft, setDraft, forget, isRestored] = useDraft(`inbox-${inbox?.id ?? 'new'}`, base, {
    keep: (written) => keptInboxDraft(written, base),
    restore: (kept) => ({ ...base, ...(kept as Partial<InboxDraft>) }),
  });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      let saved = inbox;
      if (inbox === undefined) saved = await hooktrail.inboxes.create(inboxInputOf(draft));
      else {
        const changes = inboxChangesOf(draft, base);
        // An empty change would be one of the audit.
        if (Object.keys(changes).length > 0) {
          saved = await hooktrail.inboxes.update(inbox.id, changes);
          toast.value = { text: `${saved.name} is saved.` };
        }
      }
      forget();
      if (saved !== undefined) await onSaved(saved);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <DraftDialog
      title={inbox === undefined ? 'Create an inbox' : `Edit ${inbox.name}`}
      isRestored={isRestored}
      notKept="Secrets are not kept: enter them again."
      onForget={forget}
      onClose={onClose}
      act={inbox === undefined ? 'Create the inbox' : 'Save the changes'}
      isDisabled={busy}
      onAct={() => void save()}
      error={error}
    >
      <InboxFields
        draft={draft}
        isNew={inbox === undefined}
        problems={fieldProblems(error, 'inbox')}
        onChange={setDraft}
      />
    </DraftDialog>
  );
}
