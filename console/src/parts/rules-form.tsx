import type { WebhookDelivery } from '@hooktrail/sdk/hooktrail';
import { useMemo, useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { fieldProblems } from '../data/field-problems.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { useDraft } from '../data/use-draft.ts';
import {
  type RuleField as Field,
  type FieldProblems,
  keptRules,
  type RuleChoice,
  type RuleName,
  type RuleSource,
  readRulesDraft,
  restoredRules,
  rulesDraft,
} from '../model/rules-draft.ts';
import { SHOWN_RULES, TRACE_TEXTS } from '../model/shown-rules.ts';
import { Notice } from './notice.tsx';
import { RuleField } from './rule-field.tsx';

interface Rule {
  readonly name: RuleName;
  readonly key: (typeof SHOWN_RULES)[number][0];
  readonly label: string;
  readonly mayBeNone: boolean;
  readonly fields: readonly (readonly [field: Field, label: string, hint: string])[];
}

/** The rules in the order of the table that shows them. */
const RULES: readonly Rule[] = [
  {
    name: 'time_limit_seconds',
    key: 'timeLimitSeconds',
    label: 'Time limit',
    mayBeNone: false,
    fields: [['time_limit_seconds', 'Time for the whole request', '1 s to 60 s']],
  },
  {
    name: 'schedule_seconds',
    key: 'scheduleSeconds',
    label: 'Retries',
    mayBeNone: false,
    fields: [
      [
        'schedule_seconds',
        'Wait before each retry',
        'Separated by commas, such as 5 s, 2 min, 1 h; at most 20, together 60 h. Empty: no retries',
      ],
    ],
  },
  {
    name: 'concurrency',
    key: 'concurrency',
    label: 'In flight, a node',
    mayBeNone: false,
    fields: [['concurrency', 'Requests at once', '1 to 512']],
  },
  {
    name: 'rate_limit',
    key: 'rateLimit',
    label: 'Rate limit',
    mayBeNone: true,
    fields: [
      ['rate_limit.requests', 'Requests', '1 to 100,000, over all nodes'],
      ['rate_limit.seconds', 'In any span of', '1 s to 1 h'],
    ],
  },
  {
    name: 'breaker',
    key: 'breaker',
    label: 'Circuit breaker',
    mayBeNone: true,
    fields: [
      ['breaker.window_seconds', 'Window', '10 s to 5 min, in steps of 10 s'],
      ['breaker.min_requests', 'Least requests', 'From this number on the share of errors counts'],
      ['breaker.error_rate', 'Errors, %', 'It opens at this share'],
      ['breaker.max_errors', 'Most errors', 'With more it opens whatever their share'],
      ['breaker.open_seconds', 'Open for', '1 s to 1 h, then one probe is sent'],
      [
        'breaker.max_open_seconds',
        'Open for at most',
        'Each failed probe doubles the wait up to this',
      ],
    ],
  },
  {
    name: 'standard_webhooks',
    key: 'standardWebhooks',
    label: 'Standard Webhooks',
    mayBeNone: false,
    fields: [],
  },
  {
    name: 'propagate_trace',
    key: 'propagateTrace',
    label: 'Trace of the publisher',
    mayBeNone: false,
    fields: [],
  },
  {
    name: 'signatures',
    key: 'signatures',
    label: 'Signatures of Standard Webhooks',
    mayBeNone: false,
    fields: [],
  },
  {
    name: 'cloudevents',
    key: 'cloudevents',
    label: 'CloudEvents',
    mayBeNone: true,
    fields: [['cloudevents.source', 'Source', 'A URI reference. Empty: that of the account']],
  },
];

/** What a rule may be, where it is one of a few. */
const CHOICES: Partial<Record<RuleName, readonly Choice[]>> = {
  propagate_trace: [['propagate_trace', 'What traceparent says to the receiver', [...TRACE_TEXTS]]],
  signatures: [
    [
      'signatures',
      'Signatures',
      [
        ['v1', 'v1: by the secret'],
        ['v1a', 'v1a: by a key pair of this webhook'],
        ['v1 v1a', 'both'],
      ],
    ],
  ],
  cloudevents: [
    [
      'cloudevents.mode',
      'Mode',
      [
        ['binary', 'binary: attributes in headers'],
        ['structured', 'structured: attributes in the body'],
      ],
    ],
    [
      'cloudevents.handshake',
      'Before the first delivery',
      [
        ['not asked', 'the endpoint is not asked'],
        ['asked', 'the endpoint must allow deliveries'],
      ],
    ],
  ],
};

type Choice = readonly [choice: RuleChoice, label: string, options: readonly Option[]];
type Option = readonly [value: string, label: string];

/** Changes the delivery rules of a webhook: each is its own, or that of the profile. */
export function RulesForm({
  id,
  rules,
  onDone,
}: {
  id: string;
  rules: WebhookDelivery;
  onDone: () => void;
}) {
  const base = useMemo(() => rulesDraft(rules.delivery, rules.effective), []);
  const [draft, setDraft, forget, isRestored] = useDraft(`rules-${id}`, base, {
    keep: (written) => keptRules(written, base),
    restore: (kept) => restoredRules(kept, base),
  });
  const [problems, setProblems] = useState<FieldProblems>(new Map());
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const { profile } = rules.effective;
  const save = async () => {
    const read = readRulesDraft(draft);
    setProblems(read.problems);
    setError(undefined);
    if (read.problems.size > 0) return;
    setBusy(true);
    try {
      await hooktrail.webhooks.updateDelivery(id, read.rules);
      forget();
      toast.value = { text: 'The rules are saved. They apply from the next attempt on.' };
      onDone();
    } catch (failure) {
      const refused = fieldProblems(failure, 'delivery');
      setProblems(refused);
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <form
      class="form body"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {isRestored && (
        <Notice tone="hold">
          <p class="grow">The changes that you did not save are here again.</p>
          <button type="button" class="button small" onClick={forget}>
            Discard them
          </button>
        </Notice>
      )}
      {RULES.map(({ fields, key, label, mayBeNone, name }) => {
        const source = draft.sources[name];
        const choices = CHOICES[name] ?? [];
        const show = SHOWN_RULES.find(([shown]) => shown === key)?.[2];
        return (
          <fieldset key={name} class="rule">
            <legend>{label}</legend>
            <label class="field">
              <span class="sr">{label}: where it comes from</span>
              <select
                class="input"
                value={source}
                onChange={(event) =>
                  setDraft({
                    ...draft,
                    sources: { ...draft.sources, [name]: event.currentTarget.value as RuleSource },
                  })
                }
              >
                <option value="profile">as profile {profile} says</option>
                <option value="own">own for this webhook</option>
                {mayBeNone && <option value="none">none</option>}
              </select>
              <small>In effect now: {show?.(rules.effective)}</small>
            </label>
            {source === 'own' &&
              choices.map(([choice, choiceLabel, options]) => (
                <label key={choice} class="field">
                  <span>{choiceLabel}</span>
                  <select
                    class="input"
                    value={draft.choices[choice]}
                    onChange={(event) =>
                      setDraft({
                        ...draft,
                        choices: { ...draft.choices, [choice]: event.currentTarget.value },
                      })
                    }
                  >
                    {options.map(([value, text]) => (
                      <option key={value} value={value}>
                        {text}
                      </option>
                    ))}
                  </select>
                </label>
              ))}
            {source === 'own' &&
              problems.get(name) &&
              !fields.some(([field]) => field === name) && (
                <small class="problem">{problems.get(name)}</small>
              )}
            {source === 'own' && fields.length > 0 && (
              <div class={fields.length > 1 ? 'two' : ''}>
                {fields.map(([field, fieldLabel, hint]) => (
                  <RuleField
                    key={field}
                    label={fieldLabel}
                    hint={hint}
                    value={draft.texts[field]}
                    problem={problems.get(field)}
                    onChange={(value) =>
                      setDraft({ ...draft, texts: { ...draft.texts, [field]: value } })
                    }
                  />
                ))}
              </div>
            )}
            {source === 'own' && name === 'standard_webhooks' && (
              <label class="row">
                <input
                  type="checkbox"
                  checked={draft.standardWebhooks}
                  onChange={(event) =>
                    setDraft({ ...draft, standardWebhooks: event.currentTarget.checked })
                  }
                />
                Send the three Standard Webhooks headers too
              </label>
            )}
          </fieldset>
        );
      })}
      {problems.size > 0 && (
        <Notice tone="bad">
          Nothing is saved: {problems.size === 1 ? '1 field is' : `${problems.size} fields are`} not
          valid.
        </Notice>
      )}
      {error !== undefined && problems.size === 0 && (
        <Notice tone="bad">{explainError(error)}</Notice>
      )}
      <div class="row">
        <button type="submit" class="button primary" disabled={busy}>
          Save the rules
        </button>
        <button
          type="button"
          class="button plain"
          onClick={() => {
            forget();
            onDone();
          }}
        >
          Cancel
        </button>
      </div>
    </form>
  );
}
