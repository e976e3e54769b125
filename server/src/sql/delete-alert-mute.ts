import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertMuteRow } from './read-alert-mutes.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Deletes one mute of an account. */
export const deleteAlertMute = query<Params, AlertMuteRow>(
  'delete-alert-mute',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  `delete from alert_mute
where account_id = $account_id and id = $id
returning account_id, id, kind, webhook_id, until_at, created_at, created_by`,
);
