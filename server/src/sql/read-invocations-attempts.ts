import { bigint, integer, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import { NO_RESEND, RESEND } from './parts/resend-columns.ts';
import { forEachFamily } from './parts/trail-family.ts';
import type { AttemptRow } from './read-attempts.ts';

/** An invocation whose attempts are read. */
export interface AttemptsOf {
  readonly webhookId: string;
  readonly invocationId: string;
  /** Reading starts beyond this number. */
  readonly after: number;
}

interface Params {
  /** In the order in which their attempts come. */
  readonly invocations: readonly (AttemptsOf & { readonly place: number })[];
  /** Attempts that began at this id or later are left out. */
  readonly beforeId: string;
  readonly limit: number;
  /** Reading ends with the attempt that exceeds this, as in `readAttempts`. */
  readonly maxBytes: number;
}

/** An attempt, and which of the invocations it belongs to. */
export interface PlacedAttemptRow extends AttemptRow {
  readonly place: number;
}

/**
 * Reads the attempts of some invocations, oldest first: one range of the primary key for each of them. Of
 * an invocation with many, no more than `limit` are looked at; the next read goes on beyond the last.
 */
export const readInvocationsAttempts = forEachFamily(({ family, named, tables }) => {
  const archived = family === 'archived';
  return query<Params, PlacedAttemptRow>(
    named('read-invocations-attempts'),
    {
      invocations: rows((p: Params) => p.invocations, {
        place: integer((one) => one.place),
        lane: smallint((one) => laneOf(one.webhookId)),
        ...(archived && { webhook_id: uuid((one: AttemptsOf) => one.webhookId) }),
        invocation_id: uuid((one) => one.invocationId),
        after: integer((one) => one.after),
      }),
      before_id: uuid((p) => p.beforeId),
      limit: bigint((p) => p.limit),
      max_bytes: bigint((p) => p.maxBytes),
    },
    `with near as (
  select i.place, a.*
  from
    $invocations as i
    cross join lateral (
      select
        id, number, manual, reason, recorded_at, ${archived ? 'completed_at' : 'null::timestamptz as completed_at'}, status, status_code, duration_ms,
        phases, error_class, error_message, method, url, request_headers, response_headers, response_body,
        response_length, ${archived ? RESEND : NO_RESEND}, response_raw
      from ${tables.attempt}
      where lane = i.lane${archived ? ' and webhook_id = i.webhook_id' : ''} and invocation_id = i.invocation_id
        and number > i.after${archived ? ' and sent' : ''} and id < $before_id
      order by number
      limit $limit
    ) as a
  order by i.place, a.number
  limit $limit
),
sized as (
  select
    near.*,
    coalesce(octet_length(request_headers), 0) + 2 * coalesce(octet_length(response_headers), 0)
      + 2 * coalesce(octet_length(response_body), 0)
      + coalesce(octet_length(response_raw) * 4 / 3, 0) as own_bytes
  from near
),
summed as (
  select sized.*, (sum(own_bytes) over (order by place, number))::bigint as bytes from sized
)
select
  place, id, number, manual, reason, recorded_at, completed_at, status, status_code, duration_ms, phases,
  error_class, error_message, method, url, request_headers, response_headers, response_body, response_length,
  resend_id, job_id, requested_by, target_webhook_id, response_raw, bytes
from summed
where bytes - own_bytes <= $max_bytes
order by place, number`,
    { laneByLane: joinAttempts },
  );
});

/** Makes the attempts of each lane those of all, with one sum of bytes. */
function joinAttempts(
  runs: readonly PlacedAttemptRow[][],
  { limit, maxBytes }: Params,
): PlacedAttemptRow[] {
  let sum = 0;
  return runs
    .flatMap((run) =>
      run.map((row, index) => ({ row, own: row.bytes - (run[index - 1]?.bytes ?? 0) })),
    )
    .sort(({ row: one }, { row: other }) => one.place - other.place || one.number - other.number)
    .slice(0, limit)
    .flatMap(({ row, own }) => {
      if (sum > maxBytes) return [];
      sum += own;
      return [{ ...row, bytes: sum }];
    });
}
