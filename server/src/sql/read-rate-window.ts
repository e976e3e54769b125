import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
}

/** The permits of a webhook, and the time. */
export const readRateWindow = query<Params, { permits: string; now_ms: number }>(
  'read-rate-window',
  `select permits, floor(extract(epoch from now()) * 1000)::float8 as now_ms
from rate_window
where lane = $1 and webhook_id = $2`,
  ({ lane, webhookId }) => [lane, uuidFromId(webhookId)],
);
