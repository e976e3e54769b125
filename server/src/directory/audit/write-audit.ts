import type { Runner } from '../../database/database.ts';
import type { Clock } from '../../model/clock.ts';
import { newId } from '../../model/ids.ts';
import { type AuditEntry, insertAudit } from '../../sql/insert-audit.ts';
import { type Audited, changesBetween } from './changes-between.ts';

interface Entry extends Omit<AuditEntry, 'id' | 'changes'> {
  /** Absent for a creation. */
  readonly before?: Audited;
  /** Absent for a deletion. */
  readonly after?: Audited;
}

/** Records who changed what. Runs in the transaction of the change, so both commit or neither. */
export async function writeAudit(
  runner: Runner,
  clock: Clock,
  { before = {}, after = {}, ...entry }: Entry,
): Promise<void> {
  const id = newId(clock.now());
  await runner.run(insertAudit, { ...entry, id, changes: changesBetween(before, after) });
}
