import { float8, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** The node that evaluates. */
  readonly node: string;
  readonly everyMs: number;
}

/** Takes the heartbeat that is due, if this node is the one that evaluates; returns no row otherwise. */
export const takeAlertHeartbeat = query<Params, { id: number }>(
  'take-alert-heartbeat',
  { node: uuid((p) => p.node), every_ms: float8((p) => p.everyMs) },
  `update alert_lease
set heartbeat_due_at = now() + $every_ms * interval '1 millisecond'
where id = 1 and node = $node and until_at > now() and heartbeat_due_at <= now()
returning id`,
);
