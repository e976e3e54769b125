import { rows, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** An hour of what a source lists and an inbox received. */
export interface DueHour {
  readonly sourceId: string;
  readonly inboxId: string;
  readonly hourMs: number;
}

interface Params {
  readonly hours: readonly DueHour[];
  readonly dueAtMs: number;
}

const PARAMETERS = {
  hours: rows((p: Params) => p.hours, {
    source_id: uuid((h) => h.sourceId),
    inbox_id: uuid((h) => h.inboxId),
    hour_at: timestamptzMs((h) => h.hourMs),
  }),
  due_at: timestamptzMs((p: Params) => p.dueAtMs),
};

const INSERT = `insert into reconcile_due as d (source_id, inbox_id, hour_at, due_at)
select h.source_id, h.inbox_id, h.hour_at, $due_at
from $hours as h
order by h.source_id, h.inbox_id, h.hour_at
on conflict (source_id, inbox_id, hour_at) do`;

/**
 * Makes hours due at a time, or leaves them due earlier. It waits for whoever compares one of them: what the
 * same transaction writes was not seen by that comparison, and is by the next.
 */
export const makeReconcileDue = query<Params, never>(
  'make-reconcile-due',
  PARAMETERS,
  `${INSERT} update
set due_at = least(d.due_at, excluded.due_at)`,
);

/** Makes hours due that are not known yet. */
export const planReconcile = query<Params, never>(
  'make-reconcile-due-first',
  PARAMETERS,
  `${INSERT} nothing`,
);
