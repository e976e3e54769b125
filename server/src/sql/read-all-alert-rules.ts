import { query } from '../database/query.ts';
import type { AlertRuleRow } from './read-alert-rules.ts';

/** Reads the changed rules of all accounts, as the directory reads all tokens: they are in memory anyway. */
export const readAllAlertRules = query<undefined, AlertRuleRow>(
  'read-all-alert-rules',
  {},
  `select account_id, kind, settings
from alert_rule
order by account_id, kind`,
);
