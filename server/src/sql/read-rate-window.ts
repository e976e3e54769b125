import { smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
}

/** Reads the permits of a webhook, and the database's time. */
export const readRateWindow = query<Params, { permits: string; now_ms: number }>(
  'read-rate-window',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
  },
  `select permits, floor(extract(epoch from now()) * 1000)::float8 as now_ms
from rate_window
where lane = $lane and webhook_id = $webhook_id`,
);
