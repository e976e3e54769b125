import { type FiltersOf, listQuery } from '../database/list-query.ts';
import { bigint, text, uuid } from '../database/parameters.ts';
import type { Change } from '../model/change.ts';
import type { TargetType } from './insert-audit.ts';

export interface AuditRow {
  readonly id: string;
  readonly account_id: number;
  readonly by_account_id: number | null;
  readonly token_id: string | null;
  readonly operation: string;
  readonly target_type: TargetType;
  readonly target_id: string;
  readonly method: string | null;
  readonly request_id: string | null;
  readonly address: string | null;
  readonly changes: readonly Change[];
}

/** What the audit can be filtered by: a new filter is a row here. */
const FILTERS = {
  operation: {
    condition: 'operation = $operation',
    parameter: text((operation: string) => operation),
  },
};

export type AuditFilters = FiltersOf<typeof FILTERS>;

interface Params {
  readonly accountId: number;
  readonly filters: AuditFilters;
  /** Both exclusive. */
  readonly above: string;
  readonly below: string;
  readonly limit: number;
}

/**
 * Reads the audit of one account: one range of one index. Account and id are compared as a pair,
 * because with `account_id = $account_id` PostgreSQL may prefer the primary key, which has the same
 * order but reads the rows of all accounts.
 */
export const readAudit = listQuery<Params, AuditRow>({
  name: 'read-audit',
  parameters: {
    account_id: bigint((p) => p.accountId),
    above: uuid((p) => p.above),
    below: uuid((p) => p.below),
    limit: bigint((p) => p.limit),
  },
  filters: FILTERS,
  text: ({ conditions, descending }) => {
    const order = descending ? 'desc' : 'asc';
    return `select
  id, account_id, by_account_id, token_id, operation, target_type, target_id,
  method, request_id, address, changes
from audit
where (account_id, id) > ($account_id, $above) and (account_id, id) < ($account_id, $below)${conditions}
order by account_id ${order}, id ${order}
limit $limit`;
  },
});
