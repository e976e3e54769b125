import type { ListedGap, ListedInvocation } from '@hooktrail/sdk/hooktrail';

/** A gap in a list, and which line of the list it is. */
export interface PlacedGap {
  readonly gap: ListedGap;
  readonly line: number;
}

const keyOf = ({ from, reason, source, to, webhook }: ListedGap) =>
  `${source} ${webhook.id} ${from.getTime()} ${to.getTime()} ${reason}`;

/** How many of the rows come before a time, in the order of the list. */
function before(
  rows: readonly ListedInvocation[],
  timeOf: (row: ListedInvocation) => number,
  atMs: number,
  descending: boolean,
): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const time = timeOf(rows[middle] as ListedInvocation);
    if (descending ? time > atMs : time < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Where the gaps of the pages of a list stand between its rows: where a reader comes to their spans. A page says
 * which gaps touch what it covers, so two pages may say the same one.
 */
export function placeGaps(
  rows: readonly ListedInvocation[],
  gaps: readonly ListedGap[],
  sort: string,
): PlacedGap[] {
  const descending = sort !== 'created';
  const timeOf = ({ createdAt, latestCompletedAt }: ListedInvocation) =>
    ((sort === '-latest' ? latestCompletedAt : undefined) ?? createdAt).getTime();
  const edgeOf = ({ from, to }: ListedGap) => (descending ? to : from).getTime();
  const distinct = [...new Map(gaps.map((gap) => [keyOf(gap), gap])).values()];
  distinct.sort((one, other) =>
    descending ? edgeOf(other) - edgeOf(one) : edgeOf(one) - edgeOf(other),
  );
  return distinct.map((gap, index) => ({
    gap,
    line: before(rows, timeOf, edgeOf(gap), descending) + index,
  }));
}
