import { bigint, json, text, timestamptzMs } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertKind } from '../model/alert.ts';

interface Params {
  readonly accountId: number;
  readonly kind: AlertKind;
  readonly settings: object;
  readonly changedMs: number;
}

/** Writes what a rule has other than the defaults. */
export const writeAlertRule = query<Params, never>(
  'write-alert-rule',
  {
    account_id: bigint((p) => p.accountId),
    kind: text((p) => p.kind),
    settings: json((p) => p.settings),
    changed_at: timestamptzMs((p) => p.changedMs),
  },
  `insert into alert_rule (account_id, kind, settings, changed_at)
values ($account_id, $kind, $settings, $changed_at)
on conflict (account_id, kind) do update
  set settings = excluded.settings, changed_at = excluded.changed_at`,
);
