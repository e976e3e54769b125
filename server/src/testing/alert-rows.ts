import type { AlertKind, AlertTransition } from '../model/alert.ts';
import { idFromUuid, newId, uuidFromId } from '../model/ids.ts';
import { sql } from './test-node.ts';

/** An alert to write beside the engine; omitted fields have defaults. */
export interface TestAlert {
  readonly accountId?: number;
  readonly id?: string;
  readonly kind?: AlertKind;
  readonly severity?: 'warning' | 'critical';
  readonly webhookId?: string;
  readonly facts?: Readonly<Record<string, string | number>>;
  readonly resolved?: boolean;
}

/** Writes an open alert, or one that resolved, and returns its id. */
export async function addAlert(url: string, alert: TestAlert = {}): Promise<string> {
  const id = alert.id ?? newId(Date.now());
  await sql(
    url,
    `insert into alert (account_id, id, kind, severity, subject, webhook_id, value, threshold, facts,
      started_at, opened_at, resolved_at, muted)
    values ($1, $2, $3, $4, $5, $6, 3, 7, $7, now() - interval '10 minutes',
      now() - interval '5 minutes', case when $8 then now() end, false)`,
    [
      alert.accountId ?? 1,
      uuidFromId(id),
      alert.kind ?? 'storage',
      alert.severity ?? 'critical',
      alert.webhookId ?? id,
      alert.webhookId === undefined ? null : uuidFromId(alert.webhookId),
      JSON.stringify(alert.facts ?? { free_bytes: 2 ** 33, growth_bytes: 2 ** 31 }),
      alert.resolved ?? false,
    ],
  );
  return id;
}

/** Writes a notice that is due. */
export async function addNotice(
  url: string,
  routeId: string,
  alertId: string,
  transition: AlertTransition = 'opened',
  accountId = 1,
): Promise<void> {
  await sql(
    url,
    `insert into alert_notice (account_id, alert_id, route_id, transition, state, attempts, due_at)
    values ($1, $2, $3, $4, 'waiting', 0, now() - interval '1 second')`,
    [accountId, uuidFromId(alertId), uuidFromId(routeId), transition],
  );
}

/** A notice as it is stored. */
export interface StoredNotice {
  readonly alertId: string;
  readonly routeId: string;
  readonly transition: AlertTransition;
  readonly state: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly dueInMs: number;
}

/** All notices, those of the oldest alert first. */
export async function readNotices(url: string): Promise<readonly StoredNotice[]> {
  const rows = await sql<{
    alert_id: string;
    route_id: string;
    transition: AlertTransition;
    state: string;
    attempts: number;
    error: string | null;
    due_in: number;
  }>(
    url,
    // Not now(), which may be of before the commit that a statement of `eventually` sees.
    `select alert_id, route_id, transition, state, attempts, error,
      extract(epoch from due_at - clock_timestamp())::float8 as due_in
    from alert_notice order by alert_id, route_id, transition`,
  );
  return rows.map((row) => ({
    alertId: idFromUuid(row.alert_id),
    routeId: idFromUuid(row.route_id),
    transition: row.transition,
    state: row.state,
    attempts: row.attempts,
    error: row.error,
    dueInMs: row.due_in * 1_000,
  }));
}

/** Makes waiting notices due now, as if their time had passed, or their node had died. */
export async function makeNoticesDue(url: string): Promise<void> {
  await sql(
    url,
    `update alert_notice set due_at = now() - interval '1 second' where state = 'waiting'`,
  );
}
