import { smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
}

/** Lets an endpoint that refused be asked again immediately. */
export const hurryHandshake = query<Params, { webhook_id: string }>(
  'hurry-handshake',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
  },
  `update handshake
set next_at = now()
where lane = $lane and webhook_id = $webhook_id and state = 'refused'
returning webhook_id`,
);
