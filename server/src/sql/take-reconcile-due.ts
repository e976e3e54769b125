import { timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { DueHour } from './make-reconcile-due.ts';

/** An hour that is to be compared. */
export interface DueHourRow {
  readonly source_id: string;
  readonly inbox_id: string;
  readonly hour_at: Date;
}

/** Locks the hour that is due first, the oldest of those that are due at once. */
export const takeReconcileDue = query<number, DueHourRow>(
  'take-reconcile-due',
  { now: timestamptzMs((nowMs) => nowMs) },
  `select source_id, inbox_id, hour_at
from reconcile_due
where due_at <= $now
order by due_at, hour_at
limit 1
for update`,
);

const ONE = {
  source_id: uuid((p: DueHour) => p.sourceId),
  inbox_id: uuid((p: DueHour) => p.inboxId),
  hour_at: timestamptzMs((p: DueHour) => p.hourMs),
};

/** Says when an hour is compared again. */
export const putOffReconcile = query<DueHour & { readonly dueAtMs: number }, never>(
  'take-reconcile-due-later',
  { ...ONE, due_at: timestamptzMs((p) => p.dueAtMs) },
  `update reconcile_due set due_at = $due_at
where source_id = $source_id and inbox_id = $inbox_id and hour_at = $hour_at`,
);

/** Ends the comparisons of an hour. */
export const endReconcile = query<DueHour, never>(
  'take-reconcile-due-no-more',
  ONE,
  `delete from reconcile_due
where source_id = $source_id and inbox_id = $inbox_id and hour_at = $hour_at`,
);
