import { bigint, rows, smallint, text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { FILTER_PARAMETERS, INVOCATION_CONDITIONS } from './parts/invocation-conditions.ts';
import type { InvocationFilter } from './parts/invocation-filter.ts';
import { LATE_ATTEMPT } from './parts/late-attempt.ts';
import { mergeSearched } from './parts/merge-searched.ts';
import { TEXT_PARAMETERS, type TextPatterns, textMatch } from './parts/text-match.ts';
import { type Family, forEachFamily } from './parts/trail-family.ts';

/** A webhook whose attempts are searched. */
export interface SearchedWebhook {
  readonly id: string;
  /** Why all of it waits: a reason of the query language. */
  readonly held: string | null;
}

interface Params {
  readonly webhooks: readonly SearchedWebhook[];
  /** Inclusive. */
  readonly fromId: string;
  /** Exclusive. */
  readonly untilId: string;
  readonly patterns: TextPatterns;
  readonly filter: InvocationFilter;
  /** How many attempts come back, those of the newest invocations. */
  readonly limit: number;
}

/** An attempt that may have the words; the last row has no id and says what was read. */
export type SearchedAttempt =
  | {
      readonly webhook_id: string;
      readonly id: string;
      readonly number: number;
      readonly rows: null;
      readonly bytes: null;
    }
  | { readonly webhook_id: null; readonly id: null; readonly rows: number; readonly bytes: number };

const TEXTS = `concat_ws(E'\\n', a.request_headers, a.response_headers, a.response_body)`;

/** The attempts of an invocation that stand at its creation: archived ones all do. */
const STANDING: Readonly<Record<Family, string>> = {
  local: `not (${LATE_ATTEMPT})`,
  archived: 'a.webhook_id = i.webhook_id',
};

/** Looks through the early attempts of invocations that were created in a span, at some webhooks. */
export const searchAttempts = forEachFamily(({ family, named, tables }) =>
  query<Params, SearchedAttempt>(
    named('search-attempts'),
    {
      webhooks: rows((p: Params) => p.webhooks, {
        lane: smallint((webhook) => laneOf(webhook.id)),
        id: uuid((webhook) => webhook.id),
        held: text((webhook) => webhook.held),
      }),
      from_id: uuid((p) => p.fromId),
      until_id: uuid((p) => p.untilId),
      ...TEXT_PARAMETERS,
      ...FILTER_PARAMETERS,
      limit: bigint((p) => p.limit),
    },
    `with scanned as materialized (
  select i.webhook_id, i.id, a.number, a.bytes, a.matches
  from
    $webhooks as w
    cross join lateral (
      select lane, webhook_id, id
      from (
        select
          w.held, lane, webhook_id, id, event_type, status, status_code, attempts_count, due_at, leased,
          latest_at, reason_code, error_class, duration_ms, trigger, delivered, job_id
        from ${tables.invocation}
        where lane = w.lane and webhook_id = w.id and id >= $from_id and id < $until_id
        offset 0
      ) as one
      where ${INVOCATION_CONDITIONS}
    ) as i
    cross join lateral (
      select a.number, octet_length(t.texts) as bytes, ${textMatch('t.texts')} as matches
      from
        ${tables.attempt} a
        cross join lateral (select ${TEXTS} as texts offset 0) as t
      where a.lane = i.lane and a.invocation_id = i.id and ${STANDING[family]}
      offset 0
    ) as a
)
(
  select webhook_id, id, number, null::bigint as rows, null::bigint as bytes
  from scanned
  where matches
  order by id desc, webhook_id desc, number desc
  limit $limit
)
union all
select null, null, null, count(*), coalesce(sum(bytes), 0)::bigint from scanned`,
    {
      laneByLane: (runs, { limit }) =>
        mergeSearched(runs, limit, (one) => [one.id, one.webhook_id, one.number]),
    },
  ),
);
