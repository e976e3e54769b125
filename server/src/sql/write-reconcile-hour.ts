import { integer, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ReconcileCounts } from '../model/reconcile.ts';

interface OfHour {
  readonly sourceId: string;
  readonly webhookId: string;
  readonly hourMs: number;
}

const ONE = {
  source_id: uuid((p: OfHour) => p.sourceId),
  hour_at: timestamptzMs((p: OfHour) => p.hourMs),
  webhook_id: uuid((p: OfHour) => p.webhookId),
};

interface Params extends OfHour, ReconcileCounts {
  readonly inboxId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

const COUNTS = ['arrived', 'not_arrived', 'failed', 'failed_arrived', 'never_sent', 'not_listed'];
const CHANGED = ['from_at', 'to_at', ...COUNTS];

/** Writes the numbers of an hour, where they changed. */
export const writeReconcileHour = query<Params, never>(
  'write-reconcile-hour',
  {
    ...ONE,
    inbox_id: uuid((p) => p.inboxId),
    from_at: timestamptzMs((p) => p.fromMs),
    to_at: timestamptzMs((p) => p.toMs),
    arrived: integer((p) => p.arrived),
    not_arrived: integer((p) => p.not_arrived),
    failed: integer((p) => p.failed),
    failed_arrived: integer((p) => p.failed_arrived),
    never_sent: integer((p) => p.never_sent),
    not_listed: integer((p) => p.not_listed),
  },
  `insert into reconcile_hour as h (source_id, hour_at, webhook_id, inbox_id, ${CHANGED.join(', ')})
values ($source_id, $hour_at, $webhook_id, $inbox_id, ${CHANGED.map((column) => `$${column}`).join(', ')})
on conflict (source_id, hour_at, webhook_id) do update
set inbox_id = excluded.inbox_id, ${CHANGED.map((column) => `${column} = excluded.${column}`).join(', ')}
where (${CHANGED.map((column) => `h.${column}`).join(', ')})
  is distinct from (${CHANGED.map((column) => `excluded.${column}`).join(', ')})`,
);

/** Removes the numbers of an hour: all of them are 0. */
export const removeReconcileHour = query<OfHour, never>(
  'write-reconcile-hour-empty',
  ONE,
  `delete from reconcile_hour
where source_id = $source_id and hour_at = $hour_at and webhook_id = $webhook_id`,
);

/** Says until when what a webhook lists is compared. */
export const moveReconciled = query<{ readonly id: string; readonly untilMs: number }, never>(
  'write-reconcile-hour-until',
  { id: uuid((p) => p.id), until: timestamptzMs((p) => p.untilMs) },
  'update archive_webhook set reconciled_at = $until where id = $id and reconciled_at < $until',
);
