import { query } from '../database/query.ts';
import type { Act } from '../model/act.ts';
import type { Change } from '../model/change.ts';
import { uuidFromId } from '../model/ids.ts';

export type TargetType = 'account' | 'invocation' | 'token' | 'webhook';

/** A change, as the audit keeps it. */
export interface AuditEntry {
  readonly id: string;
  /** The account that the change is about. */
  readonly accountId: number;
  readonly act: Act;
  readonly targetType: TargetType;
  readonly targetId: string;
  readonly changes: readonly Change[];
}

/** Writes down a change; to be run in the transaction of that change. */
export const insertAudit = query<AuditEntry, never>(
  'insert-audit',
  `insert into audit (
  id, account_id, by_account_id, token_id, operation, target_type, target_id,
  method, request_id, address, changes
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
  ({ id, accountId, act: { operation, by }, targetType, targetId, changes }) => [
    uuidFromId(id),
    accountId,
    by?.accountId ?? null,
    by === undefined ? null : uuidFromId(by.tokenId),
    operation,
    targetType,
    targetId,
    by?.method ?? null,
    by?.requestId ?? null,
    by?.address ?? null,
    JSON.stringify(changes),
  ],
);
