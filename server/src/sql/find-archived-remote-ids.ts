import { smallint, texts, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly remoteIds: readonly string[];
  /** No older ones. */
  readonly firstId: string;
}

/** Finds the ids of ours that invocations got whose remote ones cannot be used. */
export const findArchivedRemoteIds = query<Params, { id: string; remote_id: string }>(
  'find-archived-remote-ids',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    remote_ids: texts((p) => p.remoteIds),
    first_id: uuid((p) => p.firstId),
  },
  `select id, remote_id
from archive_invocation
where lane = $lane and webhook_id = $webhook_id and remote_id = any ($remote_ids) and id >= $first_id`,
);
