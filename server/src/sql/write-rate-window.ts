import { smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly permits: string;
}

/** Writes the permits of a webhook; lock them first (`lock-rate-window.ts`). */
export const writeRateWindow = query<Params, never>(
  'write-rate-window',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    permits: text((p) => p.permits),
  },
  'update rate_window set permits = $permits where lane = $lane and webhook_id = $webhook_id',
);
