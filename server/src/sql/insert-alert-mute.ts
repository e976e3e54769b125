import { insertInto } from '../database/insert-into.ts';
import { bigint, text, timestamptz, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { AlertMuteRow } from './read-alert-mutes.ts';

const COLUMNS: Parameters<AlertMuteRow> = {
  account_id: bigint((p) => p.account_id),
  id: uuid((p) => p.id),
  kind: text((p) => p.kind),
  webhook_id: uuid((p) => p.webhook_id),
  until_at: timestamptz((p) => p.until_at),
  created_at: timestamptz((p) => p.created_at),
  created_by: text((p) => p.created_by),
};

/** Creates a mute. */
export const insertAlertMute = query<AlertMuteRow, never>(
  'insert-alert-mute',
  COLUMNS,
  insertInto('alert_mute', COLUMNS),
);
