import type { DeltaRow } from '../sql/read-deltas.ts';

type Ordered = Pick<DeltaRow, 'writer' | 'number' | 'made_at'>;

/**
 * The order in which deltas of one look are shown: an attempt that another node made comes after what it
 * follows. Of one writer it is that of the numbers.
 */
export function inOrder(one: Ordered, other: Ordered): number {
  const byTime = one.made_at.getTime() - other.made_at.getTime();
  if (byTime !== 0) return byTime;
  if (one.writer !== other.writer) return one.writer < other.writer ? -1 : 1;
  return one.number - other.number;
}
