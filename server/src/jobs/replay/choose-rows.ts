import type { TrailRow } from '../../sql/read-created-invocations.ts';
import type { ReplaySpec } from './replay-spec.ts';

/** What of a page is sent, and how much of it is left out because it was delivered. */
interface Choice {
  readonly chosen: readonly TrailRow[];
  readonly delivered: number;
}

/**
 * Chooses what a replay sends: what was not delivered, unless it asks for that too. A copy that a job took
 * back before it was sent is left out: its origin is what was lost.
 */
export function chooseRows(
  rows: readonly TrailRow[],
  { include_succeeded: all }: Pick<ReplaySpec, 'include_succeeded'>,
): Choice {
  const isDelivered = ({ delivered, status }: TrailRow) =>
    delivered === true || status === 'success';
  const delivered = all ? 0 : rows.filter(isDelivered).length;
  const chosen = rows.filter(
    (row) => row.reason_code !== 'withdrawn' && (all || !isDelivered(row)),
  );
  return { chosen, delivered };
}
