import { insertInto } from '../database/insert-into.ts';
import { bigint, boolean, bytea, text, texts, timestamptz, uuid } from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import type { AlertRouteRow } from './parts/alert-route-row.ts';

type Params = Omit<AlertRouteRow, 'last_sent_at' | 'last_error'>;

const COLUMNS: Parameters<Params> = {
  account_id: bigint((p) => p.account_id),
  id: uuid((p) => p.id),
  name: text((p) => p.name),
  kind: text((p) => p.kind),
  enabled: boolean((p) => p.enabled),
  target: bytea((p) => p.target),
  kinds: texts((p) => p.kinds),
  minimum_severity: text((p) => p.minimum_severity),
  created_at: timestamptz((p) => p.created_at),
  changed_at: timestamptz((p) => p.changed_at),
};

/** Creates a route of alerts. */
export const insertAlertRoute = query<Params, never>(
  'insert-alert-route',
  COLUMNS,
  insertInto('alert_route', COLUMNS),
);
