import { integer, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { AttemptRow } from './read-attempts.ts';

interface Params {
  readonly lane: number;
  readonly invocationId: string;
  /** The attempts from this number on, and of those before it the latest success. */
  readonly from: number;
}

/** An attempt without what was sent and received. */
export type AttemptOutcomeRow = Pick<
  AttemptRow,
  | 'id'
  | 'number'
  | 'manual'
  | 'reason'
  | 'recorded_at'
  | 'status'
  | 'status_code'
  | 'duration_ms'
  | 'error_message'
  | 'method'
  | 'url'
>;

const COLUMNS =
  'id, number, manual, reason, recorded_at, status, status_code, duration_ms, error_message, method, url';

/** Reads how attempts of one invocation ended, newest first: one range of the primary key. */
export const readAttemptOutcomes = query<Params, AttemptOutcomeRow>(
  'read-attempt-outcomes',
  {
    lane: smallint((p) => p.lane),
    invocation_id: uuid((p) => p.invocationId),
    from: integer((p) => p.from),
  },
  `select ${COLUMNS} from attempt
where lane = $lane and invocation_id = $invocation_id and number >= $from
union all (
  select ${COLUMNS} from attempt
  where lane = $lane and invocation_id = $invocation_id and number < $from and status = 'success'
  order by number desc
  limit 1
)
order by number desc`,
);
