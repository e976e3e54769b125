import { insertInto } from '../database/insert-into.ts';
import { bigint, json, text, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { Act } from '../model/act.ts';
import type { Change } from '../model/change.ts';

export type TargetType =
  | 'account'
  | 'alert'
  | 'alert_mute'
  | 'alert_route'
  | 'alert_rule'
  | 'inbox'
  | 'invocation'
  | 'job'
  | 'source'
  | 'token'
  | 'view'
  | 'webhook';

/** A change, as the audit records it. */
export interface AuditEntry {
  readonly id: string;
  /** The account that the change is about. */
  readonly accountId: number;
  readonly act: Act;
  readonly targetType: TargetType;
  readonly targetId: string;
  readonly changes: readonly Change[];
}

const COLUMNS: Parameters<AuditEntry> = {
  id: uuid((p) => p.id),
  account_id: bigint((p) => p.accountId),
  by_account_id: bigint((p) => p.act.by?.accountId ?? null),
  token_id: uuid((p) => p.act.by?.tokenId ?? null),
  operation: text((p) => p.act.operation),
  target_type: text((p) => p.targetType),
  target_id: text((p) => p.targetId),
  method: text((p) => p.act.by?.method ?? null),
  request_id: text((p) => p.act.by?.requestId ?? null),
  address: text((p) => p.act.by?.address ?? null),
  changes: json((p) => p.changes),
};

/** Records a change; run it in the transaction of that change. */
export const insertAudit = query<AuditEntry, never>(
  'insert-audit',
  COLUMNS,
  insertInto('audit', COLUMNS),
);
