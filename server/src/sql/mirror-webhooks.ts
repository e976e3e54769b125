import { bigint, rows, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** A webhook as its source shows it. */
export interface MirroredWebhook {
  /** Ours, where it is new. */
  readonly id: string;
  readonly remoteId: string;
  readonly name: string;
  readonly status: string | null;
  readonly endpoint: string | null;
  readonly httpMethod: string | null;
  readonly requestFormat: string | null;
  /** JSON of a list of texts. */
  readonly subscriptions: string | null;
  /** Where its endpoint leads. */
  readonly inboxId: string | null;
}

interface Params {
  readonly accountId: number;
  readonly sourceId: string;
  readonly seenAtMs: number;
  /** By the clock of the service: since when a link that is new holds, and until when each was seen. */
  readonly linkedSinceMs: number;
  readonly linkedUntilMs: number;
  readonly webhooks: readonly MirroredWebhook[];
}

/** Writes the webhooks that a source has. A webhook whose endpoint leads to another inbox is compared from then on. */
export const mirrorWebhooks = query<Params, never>(
  'mirror-webhooks',
  {
    account_id: bigint((p) => p.accountId),
    source_id: uuid((p) => p.sourceId),
    seen_at: timestamptzMs((p) => p.seenAtMs),
    webhooks: rows((p: Params) => p.webhooks, {
      id: uuid((w) => w.id),
      remote_id: text((w) => w.remoteId),
      name: text((w) => w.name),
      status: text((w) => w.status),
      endpoint: text((w) => w.endpoint),
      http_method: text((w) => w.httpMethod),
      request_format: text((w) => w.requestFormat),
      subscriptions: text((w) => w.subscriptions),
      inbox_id: uuid((w) => w.inboxId),
    }),
    linked_since: timestamptzMs((p) => p.linkedSinceMs),
    linked_until: timestamptzMs((p) => p.linkedUntilMs),
  },
  `insert into archive_webhook as old (
  id, account_id, source_id, remote_id, name, status, endpoint, http_method, request_format, subscriptions,
  seen_at, inbox_id, inbox_since_at, inbox_seen_at, reconciled_at
)
select
  w.id, $account_id, $source_id, w.remote_id, w.name, w.status, w.endpoint, w.http_method, w.request_format,
  (select array_agg(t) from json_array_elements_text(w.subscriptions::json) as t), $seen_at, w.inbox_id,
  case when w.inbox_id is not null then $linked_since end,
  case when w.inbox_id is not null then $linked_until end,
  case when w.inbox_id is not null then $linked_since end
from $webhooks as w
on conflict (source_id, remote_id) do update
set
  name = excluded.name,
  status = excluded.status,
  endpoint = excluded.endpoint,
  http_method = excluded.http_method,
  request_format = excluded.request_format,
  subscriptions = excluded.subscriptions,
  seen_at = excluded.seen_at,
  inbox_id = excluded.inbox_id,
  inbox_since_at = case when old.inbox_id = excluded.inbox_id then old.inbox_since_at else excluded.inbox_since_at end,
  inbox_seen_at = excluded.inbox_seen_at,
  reconciled_at = case when old.inbox_id = excluded.inbox_id then old.reconciled_at else excluded.reconciled_at end`,
);
