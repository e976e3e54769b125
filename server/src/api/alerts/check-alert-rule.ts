import type { AlertRuleChange } from '../../alerts/create-alert-store.ts';
import type { AlertKind } from '../../model/alert.ts';
import { ALERT_TRAITS } from '../../model/alert-kinds.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';
import { checkText } from '../input/check-text.ts';
import type { AlertRulePatch } from './alert-rule-schema.ts';

/**
 * A change of a rule as it is stored.
 *
 * @throws ApiError `InvalidBody`
 */
export function checkAlertRule(kind: AlertKind, { rule }: AlertRulePatch): AlertRuleChange {
  const errors = new FieldErrors();
  checkText('rule', rule, errors);
  const { defaults, thresholds, unit, windows } = ALERT_TRAITS[kind];
  checkRange('rule.threshold', rule.threshold, thresholds, unit, errors);
  if (typeof rule.minimum === 'number' && defaults.minimum === undefined) {
    errors.add('rule.minimum', 'not_allowed', `must be absent: rules of ${kind} have none`);
  }
  if (typeof rule.window_seconds === 'number' && windows === undefined) {
    errors.add('rule.window_seconds', 'not_allowed', `must be absent: rules of ${kind} have none`);
  }
  checkRange('rule.window_seconds', rule.window_seconds, windows, 'seconds', errors);
  const quiet = rule.quiet_hours;
  if (quiet && !isTimeZone(quiet.time_zone)) {
    errors.add(
      'rule.quiet_hours.time_zone',
      'invalid_format',
      `must be the IANA name of a time zone, such as Europe/Berlin, got ${showValue(quiet.time_zone)}`,
    );
  }
  errors.throwIfAny();
  return {
    enabled: rule.enabled,
    severity: rule.severity,
    threshold: rule.threshold,
    // The schema has the kind of null that says "back to the default", which these have anyway.
    minimum: defaults.minimum === undefined ? undefined : rule.minimum,
    windowSeconds: windows === undefined ? undefined : rule.window_seconds,
    holdSeconds: rule.hold_seconds,
    resolveSeconds: rule.resolve_seconds,
    quietHours: quiet && {
      timeZone: quiet.time_zone,
      from: quiet.from,
      to: quiet.to,
      days: quiet.days,
      exceptCritical: quiet.except_critical,
    },
  };
}

function checkRange(
  field: string,
  value: number | null | undefined,
  range: readonly [number, number] | undefined,
  unit: string,
  errors: FieldErrors,
): void {
  if (value === undefined || value === null || range === undefined) return;
  const [least, most] = range;
  if (value >= least && value <= most) return;
  const rule = least === most ? `must be ${least}` : `must be from ${least} to ${most}`;
  errors.add(field, 'out_of_range', `${rule} (${unit}), got ${value}`);
}

function isTimeZone(name: string): boolean {
  // Node takes an offset such as +02:00 from version 22 on: a rule must work on every node.
  if (!/^[a-z]/i.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
