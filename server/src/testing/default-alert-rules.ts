import type { AlertRules } from '../alerts/condition.ts';
import type { AlertKind, AlertRule } from '../model/alert.ts';
import { ALERT_TRAITS } from '../model/alert-kinds.ts';

/** The rules of accounts that changed nothing, or what a test gives; `watched` were bad before. */
export function defaultAlertRules({
  accountIds = [1],
  changed = {},
  watched = [],
}: {
  readonly accountIds?: readonly number[];
  readonly changed?: Partial<Record<AlertKind, Partial<AlertRule>>>;
  readonly watched?: readonly string[];
} = {}): AlertRules {
  return {
    accountIds,
    of: (_accountId, kind) => ({ ...ALERT_TRAITS[kind].defaults, ...changed[kind] }),
    watched: () => watched.map((subject) => ({ accountId: 1, subject })),
  };
}
