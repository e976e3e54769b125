import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertKind } from '../model/alert.ts';

/** What a rule of an account has other than the defaults. */
export interface AlertRuleRow {
  readonly account_id: number;
  readonly kind: AlertKind;
  readonly settings: unknown;
}

/** Reads the changed rules of an account: at most one of each kind. */
export const readAlertRules = query<number, AlertRuleRow>(
  'read-alert-rules',
  { account_id: bigint((accountId) => accountId) },
  `select account_id, kind, settings
from alert_rule
where account_id = $account_id
order by kind`,
);
