import { bigint, rows, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { firstIdAt } from '../model/ids.ts';

/** Numbers of a writer, both inclusive. */
export interface DeltaRange {
  readonly writer: string;
  readonly first: number;
  readonly last: number;
}

/** Which deltas are read. */
export interface DeltaRanges {
  readonly ranges: readonly DeltaRange[];
  /** Writers that began from then on, and have no range, are read from their first number. */
  readonly newSinceMs: number;
  /** As many numbers of a new writer. */
  readonly most: number;
}

/** What is in every row. */
interface Numbered {
  readonly writer: string;
  readonly number: number;
  readonly low: number;
  readonly made_at: Date;
}

/** Events that were accepted, with their invocations. */
export interface AcceptedDelta extends Numbered {
  readonly kind: 'accepted';
  readonly event_ids: readonly string[];
  readonly account_ids: readonly number[];
  /** The ids of an event's invocations are consecutive from this one. */
  readonly first_invocation_ids: readonly (string | null)[];
  readonly invocation_counts: readonly (number | null)[];
  /** One for each invocation, event by event. */
  readonly webhook_ids: readonly string[];
  /** These were not written after all; null: all were. */
  readonly omitted_event_ids: readonly string[] | null;
}

/** What changed of invocations; the arrays belong together by their places, and are null of none. */
export interface InvocationsDelta extends Numbered {
  readonly kind: 'attempted' | 'parked' | 'ended' | 'replayed';
  readonly webhook_ids: readonly string[] | null;
  readonly lanes: readonly number[] | null;
  readonly invocation_ids: readonly string[] | null;
  /** Attempted: of the attempt. Replayed: as the invocation was before. */
  readonly statuses: readonly string[] | null;
  readonly error_classes: readonly (string | null)[] | null;
  /** It became final by this; replayed: it was final before this. */
  readonly settled: readonly boolean[] | null;
  /** Attempted only, like the next four; null where it is not known. */
  readonly account_ids: readonly (number | null)[] | null;
  readonly numbers: readonly number[] | null;
  readonly status_codes: readonly (number | null)[] | null;
  readonly durations_ms: readonly number[] | null;
  readonly completed_at: readonly Date[] | null;
}

/** Webhooks of which everything waits from then on, or does no longer. */
export interface HoldDelta extends Numbered {
  readonly kind: 'held' | 'released';
  readonly webhook_ids: readonly string[];
  /** A reason of the query language. */
  readonly reason_code: string;
}

/** A number under which nothing was written. */
export interface VoidDelta extends Numbered {
  readonly kind: 'void';
}

export type DeltaRow = AcceptedDelta | InvocationsDelta | HoldDelta | VoidDelta;

const COLUMNS = `
  writer, number, low, made_at, kind::text as kind, event_ids, account_ids::float8[] as account_ids,
  first_invocation_ids, invocation_counts, omitted_event_ids, webhook_ids, lanes, invocation_ids,
  statuses::text[] as statuses, error_classes, settled, numbers, status_codes, durations_ms,
  completed_at, reason_code`;

/**
 * Reads deltas by their numbers, in no order: one index range for each writer. Writers that the
 * caller does not know yet come with their first deltas. "offset 0" keeps the planner from reading all
 * deltas instead, which looks as cheap while a day has none.
 */
export const readDeltas = query<DeltaRanges, DeltaRow>(
  'read-deltas',
  {
    ranges: rows((p: DeltaRanges) => p.ranges, {
      writer: uuid((range) => range.writer),
      first: bigint((range) => range.first),
      last: bigint((range) => range.last),
    }),
    since: uuid((p) => firstIdAt(p.newSinceMs)),
    most: bigint((p) => p.most),
  },
  `select d.*
from
  (
    select writer, first, last from $ranges as r
    union all
    select id, 1, $most from writer where id >= $since and id <> all ($ranges.writer)
  ) as range
  cross join lateral (
    select ${COLUMNS}
    from delta
    where writer = range.writer and number >= range.first and number <= range.last
    offset 0
  ) as d`,
);

/** The same of one writer, in their order: Citus cannot do the former. */
export const readWriterDeltas = query<DeltaRange, DeltaRow>(
  'read-writer-deltas',
  {
    writer: uuid((range) => range.writer),
    first: bigint((range) => range.first),
    last: bigint((range) => range.last),
  },
  `select ${COLUMNS}
from delta
where writer = $writer and number >= $first and number <= $last
order by number`,
);
