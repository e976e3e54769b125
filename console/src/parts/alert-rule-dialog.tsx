import type { AlertRule } from '@hooktrail/sdk/hooktrail';
import { useMemo, useState } from 'preact/hooks';
import { fieldProblems } from '../data/field-problems.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import { alertName } from '../model/alert-name.ts';
import {
  type AlertRuleDraft,
  alertRuleChangesOf,
  alertRuleDraftOf,
  keptAlertRuleDraft,
} from '../model/alert-rule-draft.ts';
import { AlertRuleFields } from './alert-rule-fields.tsx';
import { DraftDialog } from './draft-dialog.tsx';

/** Every field of a rule, back to the default of its kind. */
const DEFAULT = {
  enabled: null,
  severity: null,
  threshold: null,
  minimum: null,
  windowSeconds: null,
  holdSeconds: null,
  resolveSeconds: null,
  quietHours: null,
} as const;

/** Changes a rule, or sets it back to its default. */
export function AlertRuleDialog({
  rule,
  onSaved,
  onClose,
}: {
  rule: AlertRule;
  onSaved: () => Promise<void>;
  onClose: () => void;
}) {
  const base = useMemo(() => alertRuleDraftOf(rule), []);
  const [draft, setDraft, forget, isRestored] = useDraft(`alert-rule-${rule.kind}`, base, {
    keep: (written) => keptAlertRuleDraft(written, base),
    restore: (kept) => ({ ...base, ...(kept as Partial<AlertRuleDraft>) }),
  });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const name = alertName(rule.kind);
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
      forget();
      await onSaved();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const save = () =>
    run(async () => {
      const changes = alertRuleChangesOf(rule.kind, draft, base);
      // An empty change would be one of the audit.
      if (Object.keys(changes).length === 0) return;
      await hooktrail.alertRules.update(rule.kind, changes);
      toast.value = { text: `The rule ${name} is saved.` };
    });
  const reset = () =>
    run(async () => {
      await hooktrail.alertRules.update(rule.kind, DEFAULT);
      toast.value = { text: `The rule ${name} is as it is by default.` };
    });
  return (
    <DraftDialog
      title={`Edit the rule ${name}`}
      isRestored={isRestored}
      onForget={forget}
      onClose={onClose}
      beside={
        !rule.isDefault && (
          <button type="button" class="button" disabled={busy} onClick={() => void reset()}>
            Reset to the default
          </button>
        )
      }
      act={'Save the changes'}
      isDisabled={busy}
      onAct={() => void save()}
      error={error}
    >
      <p class="wrap">{rule.description}</p>
      <AlertRuleFields
        kind={rule.kind}
        base={base}
        draft={draft}
        problems={fieldProblems(error, 'rule')}
        onChange={setDraft}
      />
    </DraftDialog>
  );
}
