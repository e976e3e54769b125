import { rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly ids: readonly string[];
  /** Attempts of this resend are no attempts of others. */
  readonly resendId: string;
}

/** What an archived invocation sent, as far as its attempts say it. */
export interface ArchivedRequestRow {
  readonly id: string;
  /** Where `id` is one of ours. */
  readonly remote_id: string | null;
  readonly event_id: string | null;
  readonly delivered: boolean;
  /** A resend of it is in flight. */
  readonly resending: boolean;
  /** Of the latest request that is archived; null: none is. */
  readonly method: string | null;
  readonly url: string | null;
  readonly request_headers: string | null;
  /** When it was attempted last, by others. */
  readonly attempted_at: Date | null;
}

/** Reads what archived invocations of one webhook sent: one range of the primary key of each. */
export const readArchivedRequests = query<Params, ArchivedRequestRow>(
  'read-archived-requests',
  {
    lane: smallint((p) => p.lane),
    webhook_id: uuid((p) => p.webhookId),
    invocations: rows((p: Params) => p.ids, { id: uuid((id) => id) }),
    resend_id: uuid((p) => p.resendId),
  },
  `select
  i.id, i.remote_id, i.event_id, i.delivered, coalesce(i.resending_until > now(), false) as resending,
  a.method, a.url, a.request_headers, b.completed_at as attempted_at
from
  $invocations as s
  cross join lateral (
    select id, remote_id, event_id, delivered, resending_until
    from archive_invocation
    where lane = $lane and webhook_id = $webhook_id and id = s.id
    limit 1
  ) as i
  left join lateral (
    select method, url, request_headers
    from archive_attempt
    where lane = $lane and webhook_id = $webhook_id and invocation_id = s.id
      and resend_id is null and request_headers is not null
    order by number desc
    limit 1
  ) as a on true
  left join lateral (
    select completed_at
    from archive_attempt
    where lane = $lane and webhook_id = $webhook_id and invocation_id = s.id
      and sent and resend_id is distinct from $resend_id
    order by completed_at desc
    limit 1
  ) as b on true`,
);
