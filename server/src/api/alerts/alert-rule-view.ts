import type { KnownAlertRule } from '../../alerts/create-alert-store.ts';
import { ALERT_TRAITS } from '../../model/alert-kinds.ts';
import type { AlertRuleView } from './alert-rule-schema.ts';

/** A rule as the API shows it. */
export function alertRuleView({ isDefault, kind, rule }: KnownAlertRule): AlertRuleView {
  const { below, description, unit } = ALERT_TRAITS[kind];
  const { minimum, quietHours: quiet, windowSeconds } = rule;
  return {
    kind,
    description,
    unit,
    below,
    enabled: rule.enabled,
    severity: rule.severity,
    threshold: rule.threshold,
    ...(minimum !== undefined && { minimum }),
    ...(windowSeconds !== undefined && { window_seconds: windowSeconds }),
    hold_seconds: rule.holdSeconds,
    resolve_seconds: rule.resolveSeconds,
    quiet_hours:
      quiet === undefined
        ? null
        : {
            time_zone: quiet.timeZone,
            from: quiet.from,
            to: quiet.to,
            days: [...quiet.days],
            except_critical: quiet.exceptCritical,
          },
    is_default: isDefault,
  };
}
