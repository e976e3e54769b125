import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly windowMs: number;
}

/** How many requests a webhook had within the window, from all nodes, and how many failed. */
export const readCounts = query<Params, { requests: number; errors: number }>(
  'read-counts',
  `select coalesce(sum(requests), 0)::integer as requests, coalesce(sum(errors), 0)::integer as errors
from delivery_count
where lane = $1 and webhook_id = $2 and period_at > now() - $3::float8 * interval '1 millisecond'`,
  ({ lane, webhookId, windowMs }) => [lane, uuidFromId(webhookId), windowMs],
);
