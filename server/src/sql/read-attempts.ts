import { smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AttemptStatus } from '../model/delivery-status.ts';

interface Params {
  readonly lane: number;
  readonly invocationId: string;
}

/** An attempt; header lists are JSON texts of [name, value, name, value, ...]. */
export interface AttemptRow {
  readonly id: string;
  readonly number: number;
  readonly manual: boolean;
  /** What followed; null after a success. */
  readonly reason: string | null;
  readonly recorded_at: Date;
  readonly status: AttemptStatus;
  readonly status_code: number | null;
  readonly duration_ms: number;
  readonly error_message: string | null;
  readonly request_headers: string;
  readonly response_headers: string | null;
  readonly response_body: string | null;
  readonly response_length: number | null;
}

/** Reads the attempts of one invocation, newest first: one range of the primary key. */
export const readAttempts = query<Params, AttemptRow>(
  'read-attempts',
  {
    lane: smallint((p) => p.lane),
    invocation_id: uuid((p) => p.invocationId),
  },
  `select
  id, number, manual, reason, recorded_at, status, status_code, duration_ms, error_message, request_headers, response_headers,
  response_body, response_length
from attempt
where lane = $lane and invocation_id = $invocation_id
order by number desc`,
);
