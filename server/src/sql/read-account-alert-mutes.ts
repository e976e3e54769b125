import { bigints } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertMuteRow } from './read-alert-mutes.ts';

/** Reads the mutes of some accounts: of those of which alerts open. */
export const readAccountAlertMutes = query<readonly number[], AlertMuteRow>(
  'read-account-alert-mutes',
  { account_ids: bigints((accountIds) => accountIds) },
  `select account_id, id, kind, webhook_id, until_at, created_at, created_by
from alert_mute
where account_id = any ($account_ids)`,
);
