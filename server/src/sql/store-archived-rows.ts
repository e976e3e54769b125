import {
  boolean,
  integer,
  rows,
  smallint,
  text,
  timestamptzMs,
  uuid,
} from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ListedStatus } from '../model/delivery-status.ts';

interface OfWebhook {
  readonly lane: number;
  readonly webhookId: string;
}

const ONE = {
  lane: smallint((p: OfWebhook) => p.lane),
  webhook_id: uuid((p: OfWebhook) => p.webhookId),
};

interface Renumbering extends OfWebhook {
  readonly outcomes: readonly {
    readonly invocationId: string;
    readonly number: number;
    readonly next: number;
  }[];
}

/**
 * Gives outcomes other numbers: an earlier one was found later. The new numbers are negative at first,
 * because the key is checked row by row.
 */
export const renumberArchivedOutcomes = query<Renumbering, never>(
  'store-archived-numbers',
  {
    ...ONE,
    outcomes: rows((p: Renumbering) => p.outcomes, {
      invocation_id: uuid((o) => o.invocationId),
      number: integer((o) => o.number),
      next: integer((o) => o.next),
    }),
  },
  `with found as (
  select t.lane, t.webhook_id, t.invocation_id, t.number, o.next
  from
    $outcomes as o
    cross join lateral (
      select lane, webhook_id, invocation_id, number
      from archive_attempt
      where lane = $lane and webhook_id = $webhook_id and invocation_id = o.invocation_id
        and number = o.number
      for update
    ) as t
)
update archive_attempt a
set number = -f.next
from found f
where a.lane = f.lane and a.webhook_id = f.webhook_id and a.invocation_id = f.invocation_id
  and a.number = f.number`,
  { oneLane: true },
);

interface Numbered extends OfWebhook {
  readonly invocationIds: readonly string[];
}

/** Ends a renumbering. */
export const endArchivedRenumbering = query<Numbered, never>(
  'store-archived-numbers-again',
  { ...ONE, invocations: rows((p: Numbered) => p.invocationIds, { id: uuid((id) => id) }) },
  `with found as (
  select t.*
  from
    $invocations as i
    cross join lateral (
      select lane, webhook_id, invocation_id, number
      from archive_attempt
      where lane = $lane and webhook_id = $webhook_id and invocation_id = i.id and number < 0
      for update
    ) as t
)
update archive_attempt a
set number = -a.number
from found f
where a.lane = f.lane and a.webhook_id = f.webhook_id and a.invocation_id = f.invocation_id
  and a.number = f.number`,
  { oneLane: true },
);

/** An outcome that is new to the archive. */
export interface NewOutcome {
  readonly invocationId: string;
  readonly id: string;
  readonly number: number;
  readonly status: ListedStatus;
  readonly statusCode: number | null;
  readonly remoteStatus: string | null;
  readonly completedMs: number;
  readonly sent: boolean;
}

interface Outcomes extends OfWebhook {
  readonly outcomes: readonly NewOutcome[];
}

/** Archives outcomes of one webhook. */
export const storeArchivedOutcomes = query<Outcomes, never>(
  'store-archived-outcomes',
  {
    ...ONE,
    outcomes: rows((p: Outcomes) => p.outcomes, {
      invocation_id: uuid((o) => o.invocationId),
      id: uuid((o) => o.id),
      number: integer((o) => o.number),
      status: text((o) => o.status),
      status_code: smallint((o) => o.statusCode),
      remote_status: text((o) => o.remoteStatus),
      completed_at: timestamptzMs((o) => o.completedMs),
      sent: boolean((o) => o.sent),
    }),
  },
  `insert into archive_attempt (
  lane, webhook_id, invocation_id, id, number, status, status_code, remote_status, completed_at, sent
)
select
  $lane, $webhook_id, o.invocation_id, o.id, o.number, o.status::delivery_status, o.status_code,
  o.remote_status, o.completed_at, o.sent
from $outcomes as o`,
);

/** What an invocation is after its outcomes. */
export interface ArchivedInvocation {
  readonly id: string;
  readonly remoteId: string | null;
  readonly status: ListedStatus;
  readonly statusCode: number | null;
  readonly remoteStatus: string | null;
  readonly latestMs: number;
  readonly attemptsCount: number;
  readonly outcomesCount: number;
  readonly delivered: boolean;
  /** Where the source says it. */
  readonly eventType: string | null;
}

interface Invocations extends OfWebhook {
  readonly invocations: readonly ArchivedInvocation[];
}

/** Archives invocations of one webhook, or what became of those that it has. */
export const storeArchivedInvocations = query<Invocations, never>(
  'store-archived-invocations',
  {
    ...ONE,
    invocations: rows((p: Invocations) => p.invocations, {
      id: uuid((i) => i.id),
      remote_id: text((i) => i.remoteId),
      status: text((i) => i.status),
      status_code: smallint((i) => i.statusCode),
      remote_status: text((i) => i.remoteStatus),
      latest_at: timestamptzMs((i) => i.latestMs),
      attempts_count: integer((i) => i.attemptsCount),
      outcomes_count: integer((i) => i.outcomesCount),
      delivered: boolean((i) => i.delivered),
      event_type: text((i) => i.eventType),
    }),
  },
  `insert into archive_invocation (
  lane, webhook_id, id, remote_id, status, status_code, remote_status, latest_at, attempts_count,
  outcomes_count, delivered, event_type
)
select
  $lane, $webhook_id, i.id, i.remote_id, i.status::delivery_status, i.status_code, i.remote_status,
  i.latest_at, i.attempts_count, i.outcomes_count, i.delivered, i.event_type
from $invocations as i
on conflict (lane, webhook_id, id) do update
set
  status = excluded.status,
  status_code = excluded.status_code,
  remote_status = excluded.remote_status,
  latest_at = excluded.latest_at,
  attempts_count = excluded.attempts_count,
  outcomes_count = excluded.outcomes_count,
  -- A resend may have delivered it.
  delivered = archive_invocation.delivered or excluded.delivered,
  event_type = coalesce(archive_invocation.event_type, excluded.event_type)`,
);
