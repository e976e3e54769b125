import { listQuery } from '../database/list-query.ts';
import { bigint, boolean, integer, smallint, uuid } from '../database/parameters.ts';
import type { ListedStatus } from '../model/delivery-status.ts';
import type { ErrorClass } from '../model/error-class.ts';
import { NO_RESEND, RESEND } from './parts/resend-columns.ts';
import { forEachFamily } from './parts/trail-family.ts';

interface Params {
  readonly lane: number;
  readonly webhookId: string;
  readonly invocationId: string;
  readonly filters: Readonly<Record<string, never>>;
  /** Reading starts strictly beyond this attempt, in the direction of the statement. */
  readonly startNumber: number;
  readonly startId: string;
  readonly limit: number;
  /** Reading ends with the attempt that exceeds this, counting what an answer shows of each. */
  readonly maxBytes: number;
  /** Reads the bytes of decoded answers too. */
  readonly raw: boolean;
  /** Of an archived one: as its source lists them, with what ended it without a request and without resends. */
  readonly asRemote: boolean;
}

/** An attempt; header lists are JSON texts of [name, value, name, value, ...]. */
export interface AttemptRow {
  readonly id: string;
  readonly number: number;
  readonly manual: boolean;
  /** Of an archived one that was sent again from here: the act or the job; the job; who asked; where to. */
  readonly resend_id: string | null;
  readonly job_id: string | null;
  readonly requested_by: string | null;
  readonly target_webhook_id: string | null;
  /** What followed; null after a success. */
  readonly reason: string | null;
  readonly recorded_at: Date;
  /** Of an archived one; of ours it follows from the id and the duration. */
  readonly completed_at: Date | null;
  /** One of ours has the status of an attempt. */
  readonly status: ListedStatus;
  readonly status_code: number | null;
  /** Null where it is unknown: of an archived one. */
  readonly duration_ms: number | null;
  /** Packed; null if no connection was opened, and in rows of earlier versions. */
  readonly phases: Buffer | null;
  /** Null without an error, and in rows of earlier versions. */
  readonly error_class: ErrorClass | null;
  readonly error_message: string | null;
  readonly method: string | null;
  readonly url: string | null;
  /** Null where they were not archived. */
  readonly request_headers: string | null;
  readonly response_headers: string | null;
  readonly response_body: string | null;
  readonly response_length: number | null;
  /** The kept bytes of an answer whose text was decoded, if they were asked for. */
  readonly response_raw: Buffer | null;
  /** Of this attempt and those before it in the order of reading. */
  readonly bytes: number;
}

/**
 * Reads attempts of one invocation: one range of the primary key, up to a number and a size. Sizes
 * come from the headers of stored values, so bodies beyond the end are not read.
 */
export const readAttempts = forEachFamily(({ family, named, tables }) =>
  listQuery<Params, AttemptRow>({
    name: named('read-attempts'),
    parameters: {
      lane: smallint((p) => p.lane),
      ...(family === 'archived' && {
        webhook_id: uuid((p: Params) => p.webhookId),
        as_remote: boolean((p: Params) => p.asRemote),
      }),
      invocation_id: uuid((p) => p.invocationId),
      start_number: integer((p) => p.startNumber),
      start_id: uuid((p) => p.startId),
      limit: bigint((p) => p.limit),
      max_bytes: bigint((p) => p.maxBytes),
      raw: boolean((p) => p.raw),
    },
    filters: {},
    text: ({ conditions, descending }) => {
      const archived = family === 'archived';
      const [beyond, order] = descending ? ['<', 'desc'] : ['>', 'asc'];
      return `with
  near as (
    select
      id, number, manual, reason, recorded_at, ${archived ? 'completed_at' : 'null::timestamptz as completed_at'}, status, status_code, duration_ms, phases, error_class,
      error_message, method, url, request_headers, response_headers, response_body,
      response_length, ${archived ? RESEND : NO_RESEND},
      case when $raw then response_raw end as response_raw
    from ${tables.attempt}
    where lane = $lane${archived ? ' and webhook_id = $webhook_id' : ''} and invocation_id = $invocation_id${conditions}${archived ? '\n      and case when $as_remote then resend_id is null else sent end' : ''}
      and (number, id) ${beyond} ($start_number, $start_id)
    order by number ${order}
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
    select sized.*, (sum(own_bytes) over (order by number ${order}))::bigint as bytes from sized
  )
select
  id, number, manual, reason, recorded_at, completed_at, status, status_code, duration_ms, phases, error_class,
  error_message, method, url, request_headers, response_headers, response_body, response_length,
  resend_id, job_id, requested_by, target_webhook_id, response_raw, bytes
from summed
where bytes - own_bytes <= $max_bytes
order by number ${order}`;
    },
  }),
);
