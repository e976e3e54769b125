import type { AlertKind, AlertRule } from '../model/alert.ts';
import { ALERT_TRAITS } from '../model/alert-kinds.ts';

/** What a rule of an account has other than the defaults, as it is stored. */
export type AlertRuleSettings = Partial<AlertRule>;

/** The rule of an account: what is stored, and the defaults for the rest. */
export function alertRuleOf(kind: AlertKind, settings: AlertRuleSettings | undefined): AlertRule {
  const { defaults } = ALERT_TRAITS[kind];
  return settings === undefined ? defaults : { ...defaults, ...settings };
}
