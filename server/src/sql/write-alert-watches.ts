import { bigint, rows, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertKind } from '../model/alert.ts';

/** An episode to write. */
export interface WrittenWatch {
  readonly accountId: number;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly badSinceMs: number;
  readonly goodSinceMs: number | null;
  readonly alertId: string | null;
}

interface Params {
  readonly watches: readonly WrittenWatch[];
}

/** Writes where episodes are. */
export const writeAlertWatches = query<Params, never>(
  'write-alert-watches',
  {
    watches: rows((p: Params) => p.watches, {
      account_id: bigint((w) => w.accountId),
      kind: text((w) => w.kind),
      subject: text((w) => w.subject),
      bad_since: timestamptzMs((w) => w.badSinceMs),
      good_since: timestamptzMs((w) => w.goodSinceMs),
      alert_id: uuid((w) => w.alertId),
    }),
  },
  `insert into alert_watch (account_id, kind, subject, bad_since, good_since, alert_id)
select w.account_id, w.kind, w.subject, w.bad_since, w.good_since, w.alert_id
from $watches as w
on conflict (account_id, kind, subject) do update
  set bad_since = excluded.bad_since, good_since = excluded.good_since, alert_id = excluded.alert_id`,
);
