import { LATE_MS } from '../../model/late-ms.ts';

/**
 * What `attempt_late` indexes: attempts recorded more than `LATE_MS` after their invocation was created,
 * by the time in its id. Only a statement with exactly this condition uses the index.
 */
export const LATE_ATTEMPT = `recorded_at > to_timestamp(
  ('x' || translate(left(invocation_id::text, 13), '-', ''))::bit(48)::bigint / 1000.0 + ${LATE_MS / 1_000}
)`;
