import {
  bigint,
  boolean,
  integer,
  rows,
  smallint,
  text,
  timestamptzMs,
  uuid,
} from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';

/** What is archived of one outcome beside its row of the list. */
export interface ArchivedBody {
  readonly number: number;
  readonly sent: boolean;
  readonly durationMs: number | null;
  readonly errorMessage: string | null;
  readonly method: string | null;
  readonly url: string | null;
  /** JSON texts of [name, value, name, value, ...]. */
  readonly requestHeaders: string | null;
  readonly responseHeaders: string | null;
  readonly responseBody: string | null;
  readonly responseLength: number | null;
}

interface Bodies {
  readonly lane: number;
  readonly webhookId: string;
  readonly invocationId: string;
  readonly bodies: readonly ArchivedBody[];
}

/** Archives what was sent and answered of outcomes of one invocation. */
export const storeArchivedBodies = query<Bodies, never>(
  'store-archived-bodies',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    invocation_id: uuid((p) => p.invocationId),
    bodies: rows((p: Bodies) => p.bodies, {
      number: integer((b) => b.number),
      sent: boolean((b) => b.sent),
      duration_ms: integer((b) => b.durationMs),
      error_message: text((b) => b.errorMessage),
      method: text((b) => b.method),
      url: text((b) => b.url),
      request_headers: text((b) => b.requestHeaders),
      response_headers: text((b) => b.responseHeaders),
      response_body: text((b) => b.responseBody),
      response_length: integer((b) => b.responseLength),
    }),
  },
  `update archive_attempt a
set
  sent = b.sent,
  duration_ms = b.duration_ms,
  error_message = b.error_message,
  method = b.method,
  url = b.url,
  request_headers = b.request_headers,
  response_headers = b.response_headers,
  response_body = b.response_body,
  response_length = b.response_length
from $bodies as b
where a.lane = $lane and a.webhook_id = $webhook_id and a.invocation_id = $invocation_id
  and a.number = b.number`,
);

interface Link {
  readonly lane: number;
  readonly webhookId: string;
  readonly id: string;
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly attemptsCount: number;
  readonly durationMs: number | null;
  /** When what it sent was erased, where another webhook got it too; null: it was not. */
  readonly erasedAtMs: number | null;
}

/**
 * Says what an archived invocation sent, and how often. No row if it is erased: then nothing more is stored of it.
 * It stays as it is until the transaction ends.
 */
export const storeArchivedLink = query<Link, { id: string }>(
  'store-archived-link',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    id: uuid((p) => p.id),
    event_id: uuid((p) => p.eventId),
    event_type: text((p) => p.eventType),
    attempts_count: integer((p) => p.attemptsCount),
    duration_ms: integer((p) => p.durationMs),
    erased_at: timestamptzMs((p) => p.erasedAtMs),
  },
  `update archive_invocation
set
  event_id = coalesce(event_id, $event_id),
  event_type = coalesce(event_type, $event_type),
  attempts_count = $attempts_count,
  duration_ms = $duration_ms,
  erased_at = $erased_at
where lane = $lane and webhook_id = $webhook_id and id = $id and erased_at is null
returning id`,
);

interface Event {
  readonly accountId: number;
  readonly id: string;
  readonly sourceId: string;
  readonly type: string | null;
  readonly body: string;
  readonly ownId: string | null;
  readonly masked: boolean;
}

/** Archives what was sent. */
export const storeArchivedEvent = query<Event, never>(
  'store-archived-event',
  {
    account_id: bigint((p) => p.accountId),
    lane: smallint((p) => laneOf(p.id)),
    id: uuid((p) => p.id),
    source_id: uuid((p) => p.sourceId),
    type: text((p) => p.type),
    body: text((p) => p.body),
    own_id: text((p) => p.ownId),
    masked: boolean((p) => p.masked),
  },
  `insert into archive_event (account_id, lane, id, source_id, type, body, own_id, masked)
values ($account_id, $lane, $id, $source_id, $type, $body, $own_id, $masked)`,
);
