import { query } from '../database/query.ts';
import type { AlertKind } from '../model/alert.ts';

/** Where an episode is. */
export interface AlertWatchRow {
  readonly account_id: number;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly bad_since: Date;
  readonly good_since: Date | null;
  readonly alert_id: string | null;
}

/** Reads all episodes that are not over; an account has a bounded number of each kind. */
export const readAlertWatches = query<undefined, AlertWatchRow>(
  'read-alert-watches',
  {},
  `select account_id, kind, subject, bad_since, good_since, alert_id
from alert_watch
order by account_id, kind, subject`,
);
