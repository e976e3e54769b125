import { ALERT_KINDS, type AlertUnit } from '../model/alert-kinds.ts';
import { type AlertRuleDraft, DAYS } from '../model/alert-rule-draft.ts';
import { CheckList } from './check-list.tsx';
import { FormField } from './form-field.tsx';

const UNITS: Readonly<Record<AlertUnit, string>> = {
  share: 'per cent',
  seconds: 'a time such as 10 min',
  days: 'days',
  hours: 'hours',
  count: 'how many',
};

/** What counts as bad, for how long, and when it is quiet. */
export function AlertRuleFields({
  kind,
  base,
  draft,
  problems,
  onChange,
}: {
  kind: string;
  /** The form as it was opened. */
  base: AlertRuleDraft;
  draft: AlertRuleDraft;
  /** By the names of the API. */
  problems: ReadonlyMap<string, string>;
  onChange: (draft: AlertRuleDraft) => void;
}) {
  const set = (field: keyof AlertRuleDraft) => (value: string) =>
    onChange({ ...draft, [field]: value });
  const words = ALERT_KINDS[kind];
  const problemOf = (name: string) => problems.get(name);
  return (
    <div class="form">
      <div class="two">
        <FormField
          label="Rule"
          kind={[
            ['on', 'on'],
            ['off', 'off: it opens no alert'],
          ]}
          value={draft.enabled}
          problem={problemOf('enabled')}
          onChange={set('enabled')}
        />
        <FormField
          label="Severity"
          kind={[
            ['warning', 'warning'],
            ['critical', 'critical'],
          ]}
          value={draft.severity}
          problem={problemOf('severity')}
          onChange={set('severity')}
        />
        <FormField
          label="Threshold"
          hint={`${UNITS[words?.unit ?? 'count']} ${words?.what ?? ''}; bad from there ${words?.below ? 'downwards' : 'upwards'}`}
          value={draft.threshold}
          problem={problemOf('threshold')}
          onChange={set('threshold')}
        />
        {base.minimum !== '' && (
          <FormField
            label="The least invocations"
            hint="With fewer settled ones in the window a share says little"
            value={draft.minimum}
            problem={problemOf('minimum')}
            onChange={set('minimum')}
          />
        )}
        {base.window !== '' && (
          <FormField
            label="Window"
            hint="Over which it counts, such as 15 min"
            value={draft.window}
            problem={problemOf('window_seconds')}
            onChange={set('window')}
          />
        )}
        <FormField
          label="Bad for"
          hint="Before an alert opens; 0 s opens it at once"
          value={draft.hold}
          problem={problemOf('hold_seconds')}
          onChange={set('hold')}
        />
        <FormField
          label="Good for"
          hint="Before an alert is resolved"
          value={draft.resolve}
          problem={problemOf('resolve_seconds')}
          onChange={set('resolve')}
        />
        <FormField
          label="Quiet hours"
          kind={[
            ['none', 'none'],
            ['daily', 'notices wait until they end'],
          ]}
          hint="An alert that is resolved by then is never sent"
          value={draft.quiet}
          problem={problemOf('quiet_hours')}
          onChange={set('quiet')}
        />
      </div>
      {draft.quiet === 'daily' && (
        <>
          <div class="two">
            <FormField
              label="From"
              value={draft.from}
              problem={problemOf('quiet_hours.from')}
              onChange={set('from')}
            />
            <FormField
              label="To"
              value={draft.to}
              problem={problemOf('quiet_hours.to')}
              onChange={set('to')}
            />
            <FormField
              label="Time zone"
              hint="Such as Europe/Berlin or UTC"
              value={draft.timeZone}
              problem={problemOf('quiet_hours.time_zone')}
              onChange={set('timeZone')}
            />
            <FormField
              label="Critical alerts"
              kind={[
                ['at once', 'are sent at once'],
                ['wait', 'wait as well'],
              ]}
              value={draft.critical}
              problem={problemOf('quiet_hours.except_critical')}
              onChange={set('critical')}
            />
          </div>
          <CheckList
            label="Days on which they begin"
            options={DAYS.map((day) => [day, day] as const)}
            values={draft.days}
            problem={problemOf('quiet_hours.days')}
            onChange={(days) => onChange({ ...draft, days })}
          />
        </>
      )}
    </div>
  );
}
