import { idTimeMs } from '../../model/ids.ts';
import type { AuditRow } from '../../sql/read-audit.ts';
import type { Caller } from '../callers/caller.ts';
import type { AuditEntryView } from './audit-schema.ts';

/**
 * A row of the audit as the API shows it. An account does not see details of an operator's request.
 */
export function auditView(row: AuditRow, caller: Caller): AuditEntryView {
  const own = row.by_account_id === row.account_id;
  const shown = own || caller.role === 'operator';
  return {
    id: row.id,
    created_at: new Date(idTimeMs(row.id)).toISOString(),
    operation: row.operation,
    by: row.by_account_id === null ? 'hooktrail' : own ? 'token' : 'operator',
    ...(shown && {
      ...(row.token_id !== null && { token_id: row.token_id }),
      ...(row.method !== null && { method: row.method }),
      ...(row.request_id !== null && { request_id: row.request_id }),
      ...(row.address !== null && { address: row.address }),
    }),
    target: { type: row.target_type, id: row.target_id },
    changes: [...row.changes],
  };
}
