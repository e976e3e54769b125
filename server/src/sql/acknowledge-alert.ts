import { bigint, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { ALERT_COLUMNS, type AlertRow } from './parts/alert-row.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
  readonly atMs: number;
  /** The token. */
  readonly by: string;
  readonly note: string | null;
}

/** Acknowledges an alert, unless somebody did before: then it returns nothing. */
export const acknowledgeAlert = query<Params, AlertRow>(
  'acknowledge-alert',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
    at: timestamptzMs((p) => p.atMs),
    by: text((p) => p.by),
    note: text((p) => p.note),
  },
  `update alert
set acknowledged_at = $at, acknowledged_by = $by, note = $note
where account_id = $account_id and id = $id and acknowledged_at is null
returning ${ALERT_COLUMNS}`,
);
