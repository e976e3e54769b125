import { LATE_MS } from '../../model/late-ms.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import { idSeconds } from './id-seconds.ts';

/**
 * What `attempt_not_early` indexes: all attempts but those whose recording saw that they are early. Others,
 * of nodes of earlier versions and of the last second of `LATE_MS`, are compared when they are read.
 */
export const NOT_EARLY = 'early is not true';

/**
 * When an attempt is recorded. Not `now()`: a statement that has waited for a lock for minutes would
 * record an attempt in a span that has a search filter by now. As part of a select from a step that
 * changes rows it is evaluated once, after the transaction has its number (`SettledUntil`).
 */
export const RECORDED_AT = `(select clock_timestamp())`;

/**
 * The first id of an invocation whose attempt is early for sure if it is recorded now. Recording compares
 * with it: to evaluate `LATE_ATTEMPT` for each attempt takes 3 µs, a twentieth of its recording.
 */
export const EARLY_FROM = `(
  lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint - ${LATE_MS - SECOND_MS}), 12, '0')
    || repeat('0', 20)
)::uuid`;

/** Attempts recorded more than `LATE_MS` after their invocation was created, by the time in its id. */
export const LATE_ATTEMPT = `${NOT_EARLY} and recorded_at > to_timestamp(
  ${idSeconds('invocation_id')} + ${LATE_MS / 1_000}
)`;
