import { boolean, float8, integer, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertNoticeState, AlertTransition } from '../model/alert.ts';

interface Params {
  readonly alertId: string;
  readonly routeId: string;
  readonly transition: AlertTransition;
  /** Which try this was: a node that was slow says nothing of a later one. */
  readonly attempts: number;
  readonly state: AlertNoticeState;
  /** When it is tried again, from now on. */
  readonly againMs: number;
  readonly error: string | null;
}

/** Writes what became of a try to send a notice. One that left is sent, also if it was dropped meanwhile. */
export const endAlertNotice = query<Params, never>(
  'end-alert-notice',
  {
    alert_id: uuid((p) => p.alertId),
    route_id: uuid((p) => p.routeId),
    transition: text((p) => p.transition),
    attempts: integer((p) => p.attempts),
    state: text((p) => p.state),
    is_sent: boolean((p) => p.state === 'sent'),
    again_ms: float8((p) => p.againMs),
    error: text((p) => p.error),
  },
  `with moment as (
  select case when $is_sent then now() end as sent_at,
    now() + $again_ms * interval '1 millisecond' as due_at
)
update alert_notice n
set state = $state, sent_at = moment.sent_at, due_at = moment.due_at, error = $error
from moment
where n.alert_id = $alert_id and n.route_id = $route_id and n.transition = $transition
  and (n.state = 'waiting' or (n.state = 'dropped' and $is_sent)) and n.attempts = $attempts`,
);
