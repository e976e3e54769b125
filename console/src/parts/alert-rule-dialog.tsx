import type { AlertRule } from '@hooktrail/sdk/hooktrail';
import { useMemo, useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { fieldProblems } from '../data/field-problems.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { session } from '../data/session.ts';
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
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';
import { RestoredNotice } from './restored-notice.tsx';

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
  const who = session.value;
  const account = typeof who === 'object' ? who?.account.id : undefined;
  const base = useMemo(() => alertRuleDraftOf(rule), []);
  const [draft, setDraft, forget, isRestored] = useDraft(
    `alert-rule-${account}-${rule.kind}`,
    base,
    {
      keep: (written) => keptAlertRuleDraft(written, base),
      restore: (kept) => ({ ...base, ...(kept as Partial<AlertRuleDraft>) }),
    },
  );
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
    <Dialog
      title={`Edit the rule ${name}`}
      onClose={onClose}
      footer={
        <>
          {!rule.isDefault && (
            <button type="button" class="button" disabled={busy} onClick={() => void reset()}>
              Reset to the default
            </button>
          )}
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
            Save the changes
          </button>
        </>
      }
    >
      {isRestored && <RestoredNotice onDiscard={forget} />}
      <p class="wrap">{rule.description}</p>
      <AlertRuleFields
        kind={rule.kind}
        base={base}
        draft={draft}
        problems={fieldProblems(error, 'rule')}
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
