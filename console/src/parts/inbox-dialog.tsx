import type { AddressedInbox, Inbox } from '@hooktrail/sdk/hooktrail';
import { useMemo, useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { fieldProblems } from '../data/field-problems.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { session } from '../data/session.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import {
  type InboxDraft,
  inboxChangesOf,
  inboxDraftOf,
  inboxInputOf,
  keptInboxDraft,
} from '../model/inbox-draft.ts';
import { Dialog } from './dialog.tsx';
import { InboxFields } from './inbox-fields.tsx';
import { Notice } from './notice.tsx';
import { RestoredNotice } from './restored-notice.tsx';

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
  const who = session.value;
  const account = typeof who === 'object' ? who?.account.id : undefined;
  const base = useMemo(() => inboxDraftOf(inbox), []);
  const [draft, setDraft, forget, isRestored] = useDraft(
    `inbox-${account}-${inbox?.id ?? 'new'}`,
    base,
    {
      keep: (written) => keptInboxDraft(written, base),
      restore: (kept) => ({ ...base, ...(kept as Partial<InboxDraft>) }),
    },
  );
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
    <Dialog
      title={inbox === undefined ? 'Create an inbox' : `Edit ${inbox.name}`}
      onClose={onClose}
      footer={
        <>
          <button
            type="button"
            class="button"
            onClick={() => {
              forget();
              onClose();
            }}
          >
            Cancel
          </button>
          <button type="button" class="button primary" disabled={busy} onClick={() => void save()}>
            {inbox === undefined ? 'Create the inbox' : 'Save the changes'}
          </button>
        </>
      }
    >
      {isRestored && (
        <RestoredNotice onDiscard={forget}>Secrets are not kept: enter them again.</RestoredNotice>
      )}
      <InboxFields
        draft={draft}
        isNew={inbox === undefined}
        problems={fieldProblems(error, 'inbox')}
        onChange={setDraft}
      />
      {error !== undefined && (
        <Notice tone="bad">
          <p class="wrap">{explainError(error)}</p>
        </Notice>
      )}
    </Dialog>
  );
}
