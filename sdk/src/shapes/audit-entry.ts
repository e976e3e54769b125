import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { AuditEntry } from '../models/audit-entry.ts';

/** A change in the audit trail. Its values are data: they are shown as they are on the wire. */
export const auditEntry = model<AuditEntry>({
  id: asIs,
  createdAt: time,
  operation: asIs,
  by: asIs,
  tokenId: asIs,
  method: asIs,
  requestId: asIs,
  address: asIs,
  target: asIs,
  changes: asIs,
});
