import type { AlertRule } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { mayAct } from '../data/may-act.ts';
import { useAlertRules } from '../data/use-alert-rules.ts';
import { ALERT_KINDS } from '../model/alert-kinds.ts';
import { alertName } from '../model/alert-name.ts';
import { formatAlertValue } from '../model/format-alert-value.ts';
import { showSeconds } from '../model/show-seconds.ts';
import { AlertRuleDialog } from './alert-rule-dialog.tsx';
import { Badge } from './badge.tsx';
import { Failure } from './failure.tsx';
import { Loading } from './loading.tsx';
import { Table } from './table.tsx';

/** What counts as bad, for how long, and when it is quiet: a rule of each kind. */
export function AlertRules() {
  const list = useAlertRules();
  const [editing, setEditing] = useState<AlertRule>();
  return (
    <>
      {list.error && (
        <Failure what="The rules" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isLoading && <Loading what="rules" />}
      {list.data && (
        <div class="card">
          <Table
            label="Rules"
            heads={[
              'Rule',
              'Severity',
              'Bad from',
              ['Window', 'num'],
              ['Bad for', 'num'],
              ['Good for', 'num'],
              'Quiet hours',
              ['Acts', 'sr'],
            ]}
          >
            {list.data.map((rule) => (
              <tr key={rule.kind}>
                <td class="wrap">
                  <strong>{alertName(rule.kind)}</strong>
                  {!rule.isDefault && <span class="soft"> · changed</span>}
                  <div class="soft">{rule.description}</div>
                </td>
                <td>
                  {rule.enabled ? (
                    <Badge tone={rule.severity === 'warning' ? 'hold' : 'bad'}>
                      {rule.severity}
                    </Badge>
                  ) : (
                    <Badge tone="wait">off</Badge>
                  )}
                </td>
                <td class="nowrap" data-head="Bad from">
                  {ALERT_KINDS[rule.kind]?.below && 'at most '}
                  {formatAlertValue(rule.kind, rule.threshold)}
                  {rule.minimum !== undefined && <div class="soft">of at least {rule.minimum}</div>}
                </td>
                <td class="num nowrap" data-head="Window">
                  {rule.windowSeconds === undefined ? '–' : showSeconds(rule.windowSeconds)}
                </td>
                <td class="num nowrap" data-head="Bad for">
                  {showSeconds(rule.holdSeconds)}
                </td>
                <td class="num nowrap" data-head="Good for">
                  {showSeconds(rule.resolveSeconds)}
                </td>
                <td data-head="Quiet hours">
                  {rule.quietHours ? (
                    <>
                      {rule.quietHours.from} to {rule.quietHours.to}
                      <div class="soft">{rule.quietHours.timeZone}</div>
                    </>
                  ) : (
                    'none'
                  )}
                </td>
                <td class="num">
                  {mayAct.value && (
                    <button
                      type="button"
                      class="button small"
                      aria-label={`Edit the rule ${alertName(rule.kind)}`}
                      onClick={() => setEditing(rule)}
                    >
                      Edit
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        </div>
      )}
      {editing && (
        <AlertRuleDialog
          rule={editing}
          onSaved={async () => {
            setEditing(undefined);
            await cache.invalidateQueries({ queryKey: ['alert-rules'] });
          }}
          onClose={() => setEditing(undefined)}
        />
      )}
    </>
  );
}
