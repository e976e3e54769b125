import { bigint, rows, text } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertKind } from '../model/alert.ts';

interface Watched {
  readonly accountId: number;
  readonly kind: AlertKind;
  readonly subject: string;
}

interface Params {
  readonly watches: readonly Watched[];
}

/** Deletes episodes that are over. */
export const deleteAlertWatches = query<Params, never>(
  'delete-alert-watches',
  {
    watches: rows((p: Params) => p.watches, {
      account_id: bigint((w) => w.accountId),
      kind: text((w) => w.kind),
      subject: text((w) => w.subject),
    }),
  },
  `delete from alert_watch a
using $watches as w
where a.account_id = w.account_id and a.kind = w.kind and a.subject = w.subject`,
);
