import type { ListedGap } from '@hooktrail/sdk/hooktrail';
import { printQuery } from '@hooktrail/sdk/query';

/** The list of invocations where a gap stands in it: what finished at its webhook within the span. */
export function gapAddress({
  from,
  to,
  webhook,
}: Pick<ListedGap, 'from' | 'to' | 'webhook'>): string {
  const span = { gte: from.toISOString(), lte: to.toISOString() };
  const q = printQuery([
    { field: 'webhook', values: [webhook.id] },
    { field: 'completed', values: [span] },
  ]);
  return `/console/invocations?q=${encodeURIComponent(q)}&sort=-latest`;
}
