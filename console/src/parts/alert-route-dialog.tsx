import type { AlertRoute } from '@hooktrail/sdk/hooktrail';
import { useMemo, useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { fieldProblems } from '../data/field-problems.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { session } from '../data/session.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import {
  type AlertRouteDraft,
  alertRouteChangesOf,
  alertRouteDraftOf,
  alertRouteInputOf,
  keptAlertRouteDraft,
} from '../model/alert-route-draft.ts';
import { AlertRouteFields } from './alert-route-fields.tsx';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';
import { RestoredNotice } from './restored-notice.tsx';

/** Creates a route, or changes one. */
export function AlertRouteDialog({
  route,
  onSaved,
  onClose,
}: {
  /** The one to change; undefined: a new one. */
  route?: AlertRoute;
  onSaved: () => Promise<void>;
  onClose: () => void;
}) {
  const who = session.value;
  const account = typeof who === 'object' ? who?.account.id : undefined;
  const base = useMemo(() => alertRouteDraftOf(route), []);
  const [draft, setDraft, forget, isRestored] = useDraft(
    `alert-route-${account}-${route?.id ?? 'new'}`,
    base,
    {
      keep: (written) => keptAlertRouteDraft(written, base),
      restore: (kept) => ({ ...base, ...(kept as Partial<AlertRouteDraft>) }),
    },
  );
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      if (route === undefined) {
        const { name } = await hooktrail.alertRoutes.create(alertRouteInputOf(draft));
        toast.value = { text: `${name} is created. Send a test to it.` };
      } else {
        const changes = alertRouteChangesOf(draft, base);
        // An empty change would be one of the audit.
        if (Object.keys(changes).length > 0) {
          await hooktrail.alertRoutes.update(route.id, changes);
          toast.value = { text: `${draft.name.trim()} is saved.` };
        }
      }
      forget();
      await onSaved();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={route === undefined ? 'Create a route' : `Edit ${route.name}`}
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
            {route === undefined ? 'Create the route' : 'Save the changes'}
          </button>
        </>
      }
    >
      {isRestored && (
        <RestoredNotice onDiscard={forget}>
          URLs and tokens are not kept: enter them again.
        </RestoredNotice>
      )}
      <AlertRouteFields
        draft={draft}
        {...(route && { route })}
        problems={fieldProblems(error, 'route')}
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
