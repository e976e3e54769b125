import { query } from '../database/query.ts';
import { uuidFromId } from '../model/ids.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  /** How long nobody else may probe: longer than the request can last. */
  readonly holdMs: number;
}

/** Takes the one probe of a breaker whose time has come, for one node of all that ask. */
export const takeProbe = query<Params, { next_probe_at: Date }>(
  'take-probe',
  `update breaker
set state = 'half open', next_probe_at = now() + $3::integer * interval '1 millisecond'
where lane = $1 and webhook_id = $2 and state <> 'closed' and next_probe_at <= now()
returning next_probe_at`,
  ({ lane, webhookId, holdMs }) => [lane, uuidFromId(webhookId), holdMs],
);
