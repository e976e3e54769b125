import { integer, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** How long no other node may probe: longer than the request can last. */
  readonly holdMs: number;
}

/** Takes the due probe of a breaker; of all nodes that ask, one gets it. */
export const takeProbe = query<Params, { next_probe_at: Date }>(
  'take-probe',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    hold_ms: integer((p) => p.holdMs),
  },
  `update breaker
set state = 'half open', next_probe_at = now() + $hold_ms * interval '1 millisecond'
where lane = $lane and webhook_id = $webhook_id and state <> 'closed' and next_probe_at <= now()
returning next_probe_at`,
);
