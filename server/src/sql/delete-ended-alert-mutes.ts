import { timestamptzMs } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Deletes the mutes of all accounts that are over, and those of webhooks that are deleted. */
export const deleteEndedAlertMutes = query<number, never>(
  'delete-ended-alert-mutes',
  { now: timestamptzMs((nowMs) => nowMs) },
  `delete from alert_mute m
where m.until_at <= $now
  or m.webhook_id is not null and not exists (select from webhook w where w.id = m.webhook_id)`,
);
