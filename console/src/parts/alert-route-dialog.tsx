import type { AlertRoute } from '@hooktrail/sdk/hooktrail';
import { useMemo, useState } from 'preact/hooks';
import { fieldProblems } from '../data/field-problems.ts';
import { hooktrail } from '../data/hooktrail.ts';
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
import { DraftDialog } from './draft-dialog.tsx';

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
  const base = useMemo(() => alertRouteDraftOf(route), []);
  const [draft, setDraft, forget, isRestored] = useDraft(
    `alert-route-${route?.id ?? 'new'}`,
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
    <DraftDialog
      title={route === undefined ? 'Create a route' : `Edit ${route.name}`}
      isRestored={isRestored}
      notKept="URLs and tokens are not kept: enter them again."
      onForget={forget}
      onClose={onClose}
      act={route === undefined ? 'Create the route' : 'Save the changes'}
      isDisabled={busy}
      onAct={() => void save()}
      error={error}
    >
      <AlertRouteFields
        draft={draft}
        {...(route && { route })}
        problems={fieldProblems(error, 'route')}
        onChange={setDraft}
      />
    </DraftDialog>
  );
}
