import { smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly id: string;
}

/** Reads the remote id of an archived invocation, null where it is the same as here, and its event. */
export const readRemoteId = query<Params, { remote_id: string | null; event_id: string | null }>(
  'read-archived-remote-id',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    id: uuid((p) => p.id),
  },
  `select remote_id, event_id
from archive_invocation
where lane = $lane and webhook_id = $webhook_id and id = $id`,
);
