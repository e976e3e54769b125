import { bigints, float8, integer, scalar } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AlertTransition } from '../model/alert.ts';
import { uuidFromId } from '../model/ids.ts';
import { type ToldAlert, toldAlertOf } from './parts/told-alert.ts';

interface Params {
  /** How long nobody else takes them. */
  readonly leaseMs: number;
  /** The most of one route, of one account with those that are on their way, and of all. */
  readonly byRoute: number;
  readonly byAccount: number;
  readonly most: number;
  /** Routes that have as many on their way as they may. */
  readonly busy: readonly string[];
  /** The account of each message that is on its way. */
  readonly sending: readonly number[];
}

/** A notice that is to be sent now, with its route and its alert. */
export interface TakenNoticeRow extends ToldAlert {
  readonly account_id: number;
  readonly alert_id: string;
  readonly route_id: string;
  readonly transition: AlertTransition;
  /** With this one. */
  readonly attempts: number;
  /** Null if the route or the alert is gone. */
  readonly target: Buffer | null;
  readonly enabled: boolean;
  /** What became of the notice that it opened; null if there is none. */
  readonly opened_state: string | null;
}

/** Notices that one reading looks at: those of a route that is slow do not hide the others for long. */
const LOOKED_AT = 500;

/**
 * Takes notices that are due, the oldest first. Until its lease is over nobody else takes one: if the node is killed,
 * another sends it then. That an alert resolved waits for the notice that it opened. It waits for no lock: an evaluation
 * that drops notices locks several, in an order of its own. Rows are locked within the update: Citus cannot read the
 * result of a step that locks rows by that of another step ("PGCOPY" is no uuid).
 */
export const takeAlertNotices = query<Params, TakenNoticeRow>(
  'take-alert-notices',
  {
    lease_ms: float8((p) => p.leaseMs),
    by_route: integer((p) => p.byRoute),
    by_account: integer((p) => p.byAccount),
    most: integer((p) => p.most),
    busy: scalar<readonly string[]>('uuid[]', (ids) => ids.map(uuidFromId))((p: Params) => p.busy),
    sending: bigints((p) => p.sending),
  },
  `with due as (
  select account_id, alert_id, route_id, transition, due_at
  from alert_notice n
  where state = 'waiting' and due_at <= now() and not (route_id = any ($busy))
    and cardinality(array_positions($sending, account_id)) < $by_account
    and (transition = 'opened' or not exists (
      select from alert_notice o
      where o.alert_id = n.alert_id and o.route_id = n.route_id and o.transition = 'opened'
        and o.state = 'waiting'
    ))
  order by due_at
  limit ${LOOKED_AT}
),
placed as (
  select account_id, alert_id, route_id, transition, due_at,
    row_number() over (partition by route_id order by due_at, alert_id, transition) as place
  from due
),
shared as (
  select alert_id, route_id, transition, due_at,
    cardinality(array_positions($sending, account_id))
      + row_number() over (partition by account_id order by due_at, alert_id, route_id) as of_account
  from placed
  where place <= $by_route
),
chosen as (
  select alert_id, route_id, transition
  from shared
  where of_account <= $by_account
  order by due_at, alert_id, route_id
  limit $most
),
taken as (
  update alert_notice n
  set attempts = n.attempts + 1, due_at = now() + $lease_ms * interval '1 millisecond'
  where (n.alert_id, n.route_id, n.transition) in (
    select f.alert_id, f.route_id, f.transition
    from chosen c
    join alert_notice f
      on f.alert_id = c.alert_id and f.route_id = c.route_id and f.transition = c.transition
    where f.state = 'waiting' and f.due_at <= now()
    for update of f skip locked
  )
  returning n.account_id, n.alert_id, n.route_id, n.transition, n.attempts
)
select t.account_id, t.alert_id, t.route_id, t.transition, t.attempts, r.enabled,
  case when a.id is not null then r.target end as target, o.state as opened_state, a.kind, ${toldAlertOf('a')}
from taken t
left join alert_route r on r.account_id = t.account_id and r.id = t.route_id
left join alert a on a.account_id = t.account_id and a.id = t.alert_id
left join alert_notice o
  on o.alert_id = t.alert_id and o.route_id = t.route_id and o.transition = 'opened'
order by t.alert_id`,
);
