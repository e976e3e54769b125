import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly permits: string;
}

/** Writes the permits of a webhook, which were locked before. */
export const writeRateWindow = query<Params, never>(
  'write-rate-window',
  'update rate_window set permits = $3 where lane = $1 and webhook_id = $2',
  ({ lane, webhookId, permits }) => [lane, uuidFromId(webhookId), permits],
);
