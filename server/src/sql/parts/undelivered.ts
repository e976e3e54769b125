/**
 * What waits after a failure, or is final without a success, as the partial index
 * `invocation_undelivered` has it: only a statement with exactly this condition uses that index. The
 * latest outcome decides.
 *
 * `unknown` is part of it: a node stopped, and whether the receiver has the event is unknown. What the
 * breaker or the rate limit holds is part of it only if its latest attempt failed.
 */
export const UNDELIVERED = `status <> all (array['accepted', 'success']::delivery_status[])
  and (
    due_at is null
    or status <> all (array['circuit broken', 'throttled']::delivery_status[])
    or (attempts_count > 0 and (status_code is null or status_code < 200 or status_code > 299))
  )`;
