import { bigint, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

interface Params {
  readonly webhookIds: readonly string[];
  /** Inclusive. */
  readonly fromId: string;
  /** Exclusive. */
  readonly untilId: string;
  /** Of each webhook. */
  readonly most: number;
}

/** What a comparison needs of an archived invocation. */
export interface ListedInvocationRow {
  readonly webhook_id: string;
  readonly id: string;
  /** Null where it is `id`. */
  readonly remote_id: string | null;
  /** Whether one of its outcomes is a success. */
  readonly delivered: boolean;
  readonly attempts_count: number;
}

/** Reads archived invocations that were created in a span: one range of the primary key of each webhook. */
export const readArchivedListed = query<Params, ListedInvocationRow>(
  'read-archived-listed',
  {
    webhooks: rows((p: Params) => p.webhookIds, { lane: smallint(laneOf), id: uuid((id) => id) }),
    from_id: uuid((p) => p.fromId),
    until_id: uuid((p) => p.untilId),
    most: bigint((p) => p.most),
  },
  `select i.*
from
  $webhooks as w
  cross join lateral (
    select webhook_id, id, remote_id, delivered, attempts_count
    from archive_invocation
    where lane = w.lane and webhook_id = w.id and id >= $from_id and id < $until_id
    order by id
    limit $most
  ) as i`,
  { laneByLane: true },
);
