import { bigint } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertKind } from '../model/alert.ts';

/** What nobody is told of. */
export interface AlertMuteRow {
  readonly account_id: number;
  readonly id: string;
  readonly kind: AlertKind | null;
  readonly webhook_id: string | null;
  readonly until_at: Date | null;
  readonly created_at: Date;
  readonly created_by: string;
}

/** Reads all mutes of an account, newest first: their number is bounded when they are made. */
export const readAlertMutes = query<number, AlertMuteRow>(
  'read-alert-mutes',
  { account_id: bigint((accountId) => accountId) },
  `select account_id, id, kind, webhook_id, until_at, created_at, created_by
from alert_mute
where account_id = $account_id
order by account_id desc, id desc`,
);
