import { bigint, text, uuid } from '../database/parameters.ts';
import { type Query, query } from '../database/query.ts';
import type { Change } from '../directory/changes-between.ts';
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

interface Params {
  readonly accountId: number;
  readonly operation: string | undefined;
  /** Both exclusive. */
  readonly above: string;
  readonly below: string;
  readonly limit: number;
}

type ReadAudit = Query<Params, AuditRow>;

/**
 * Four statements, each one range of one index: a plan that is made once cannot leave a condition out.
 * Account and id are compared as a pair, because with `account_id = $1` the primary key, which has the
 * right order too, can look cheaper: it would read the rows of all accounts.
 */
function statement(name: string, order: 'asc' | 'desc', withOperation: boolean): ReadAudit {
  return query(
    name,
    {
      account_id: bigint((p) => p.accountId),
      above: uuid((p) => p.above),
      below: uuid((p) => p.below),
      limit: bigint((p) => p.limit),
      ...(withOperation && { operation: text((p: Params) => p.operation ?? null) }),
    },
    `select
  id, account_id, by_account_id, token_id, operation, target_type, target_id,
  method, request_id, address, changes
from audit
where (account_id, id) > ($account_id, $above) and (account_id, id) < ($account_id, $below)${withOperation ? ' and operation = $operation' : ''}
order by account_id ${order}, id ${order}
limit $limit`,
  );
}

const newestFirst = statement('read-audit-newest-first', 'desc', false);
const oldestFirst = statement('read-audit-oldest-first', 'asc', false);
const newestFirstOfOperation = statement('read-audit-newest-first-of-operation', 'desc', true);
const oldestFirstOfOperation = statement('read-audit-oldest-first-of-operation', 'asc', true);

/** The statement that reads the audit of one account in one direction, of one operation or of all. */
export function readAudit(descending: boolean, withOperation: boolean): ReadAudit {
  if (withOperation) return descending ? newestFirstOfOperation : oldestFirstOfOperation;
  return descending ? newestFirst : oldestFirst;
}
