import { type FiltersOf, listQuery } from '../database/list-query.ts';
import { bigint, boolean, text, uuid } from '../database/parameters.ts';
import { ALERT_COLUMNS, type AlertRow } from './parts/alert-row.ts';

/**
 * What alerts can be filtered by. Open ones have an index of their own, which a comparison with a parameter
 * would not use: so the two states are two filters, whose parameters are true.
 */
const FILTERS = {
  open: { condition: 'resolved_at is null and $open', parameter: boolean((set: true) => set) },
  resolved: {
    condition: 'resolved_at is not null and $resolved',
    parameter: boolean((set: true) => set),
  },
  kind: { condition: 'kind = $kind', parameter: text((kind: string) => kind) },
  webhook_id: { condition: 'webhook_id = $webhook_id', parameter: uuid((id: string) => id) },
};

export type AlertFilters = FiltersOf<typeof FILTERS>;

interface Params {
  readonly accountId: number;
  readonly filters: AlertFilters;
  /** Both exclusive. */
  readonly above: string;
  readonly below: string;
  readonly limit: number;
}

/** Reads alerts of an account in the order in which they opened; it has at most `MOST_ALERTS`. */
export const readAlerts = listQuery<Params, AlertRow>({
  name: 'read-alerts',
  parameters: {
    account_id: bigint((p) => p.accountId),
    above: uuid((p) => p.above),
    below: uuid((p) => p.below),
    limit: bigint((p) => p.limit),
  },
  filters: FILTERS,
  text: ({ conditions, descending }) => {
    const order = descending ? 'desc' : 'asc';
    return `select ${ALERT_COLUMNS}
from alert
where account_id = $account_id and id > $above and id < $below${conditions}
order by account_id ${order}, id ${order}
limit $limit`;
  },
});
