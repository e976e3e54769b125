/**
 * What waits after a failure, or is final without a success, as the partial index
 * `invocation_undelivered` has it: only a statement with exactly this condition uses that index.
 *
 * It never succeeded, and it is final, has failed, or is `unknown`: a node stopped, and whether the
 * receiver has the event is unknown. `delivered` is false in rows of earlier versions, whence the status.
 */
export const UNDELIVERED = `not delivered and status <> 'success'
  and (due_at is null or attempts_count > 0 or status = 'unknown')`;
