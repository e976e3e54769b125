import { bigint, rows, smallint, text } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { INBOX_KEY } from '../model/inbox-key.ts';
import { LANES } from '../model/lanes.ts';

interface Params {
  readonly accountId: number;
  readonly inboxId: string;
  /** Of ids that senders gave: the first inclusive, the end exclusive. */
  readonly fromId: string;
  readonly untilId: string;
  /** Keys of each lane. */
  readonly most: number;
}

/** A request that an inbox received, by the id of its sender. */
export interface InboxKeyRow {
  readonly lane: number;
  readonly key: string;
  readonly arrived_at: Date;
}

/**
 * Reads the keys of what an inbox received with ids of a span: one range of the primary key in each lane. Ids of
 * senders are ULIDs, so their texts lie in the order of creation. A collation may sort something else between
 * them, which the pattern leaves out. `created_at` of these keys lies six days ahead (`insert-events`).
 */
export const readInboxKeys = query<Params, InboxKeyRow>(
  'read-inbox-keys',
  {
    account_id: bigint((p) => p.accountId),
    from_key: text((p) => `${INBOX_KEY}${p.inboxId} ${p.fromId}`),
    until_key: text((p) => `${INBOX_KEY}${p.inboxId} ${p.untilId}`),
    most: bigint((p) => p.most),
  },
  `select k.lane, k.key, k.created_at - interval '144 hours' as arrived_at
from
  generate_series(0, ${LANES - 1}) as l (lane)
  cross join lateral (
    select lane, key, created_at
    from idempotency_key
    where lane = l.lane::smallint and account_id = $account_id and key >= $from_key and key < $until_key
      and key ~ '^${INBOX_KEY}[0-9A-Z]{26} [0-7][0-9A-HJKMNP-TV-Z]{25}( |$)'
    order by key
    limit $most
  ) as k`,
  { laneByLane: true },
);

interface Keys {
  readonly accountId: number;
  readonly keys: readonly { readonly lane: number; readonly key: string }[];
}

/** What a request became that an inbox received. */
export interface InboxArrivalRow {
  readonly key: string;
  readonly event_id: string | null;
  /** The webhook that sent it, by the id that its sender gave; null where it gave none. */
  readonly sender_webhook_id: string | null;
  readonly arrived_at: Date;
}

/** Reads what requests became, by their keys. */
export const readInboxArrivals = query<Keys, InboxArrivalRow>(
  'read-inbox-keys-arrivals',
  {
    account_id: bigint((p) => p.accountId),
    keys: rows((p: Keys) => p.keys, { lane: smallint((k) => k.lane), key: text((k) => k.key) }),
  },
  `select k.key, k.answer::json #>> '{received,event_id}' as event_id,
  k.answer::json #>> '{received,webhook_id}' as sender_webhook_id,
  k.created_at - interval '144 hours' as arrived_at
from
  $keys as w
  cross join lateral (
    select key, answer, created_at
    from idempotency_key
    where lane = w.lane and account_id = $account_id and key = w.key
    offset 0
  ) as k`,
);
