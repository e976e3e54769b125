import { query } from '../database/query.ts';

/** Writes the episodes of open alerts that have none: without one, nothing would resolve them. */
export const restoreAlertWatches = query<undefined, never>(
  'restore-alert-watches',
  {},
  `insert into alert_watch (account_id, kind, subject, bad_since, alert_id)
select a.account_id, a.kind, a.subject, a.started_at, a.id
from alert a
where a.resolved_at is null
  and not exists (
    select from alert_watch w
    where w.account_id = a.account_id and w.kind = a.kind and w.subject = a.subject
  )
on conflict (account_id, kind, subject) do nothing`,
);
