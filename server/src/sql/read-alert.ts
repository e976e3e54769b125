import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { ALERT_COLUMNS, type AlertRow } from './parts/alert-row.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

/** Reads one alert of an account. */
export const readAlert = query<Params, AlertRow>(
  'read-alert',
  {
    account_id: bigint((p) => p.accountId),
    id: uuid((p) => p.id),
  },
  `select ${ALERT_COLUMNS}
from alert
where account_id = $account_id and id = $id`,
);
